// What benchmarks/tus.py runs: tus-js-client as it comes from npm, sending a file and stopping at will.
//
//   node tus_client.js ENDPOINT TOKEN FILE URLS [STOP_AT]
//
// URLS is where it remembers what it was sending; STOP_AT the bytes after which it dies, as a laptop
// does that is closed. Prints one line of JSON.
const fs = require("fs");
const tus = require("tus-js-client");

const [endpoint, token, path, urls, stopAt] = process.argv.slice(2);
const say = (found) => console.log(JSON.stringify(found));
let first = null;
let retries = 0;

const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint,
  uploadSize: fs.statSync(path).size,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: "talk.wav", filetype: "audio/wav", language: "en" },
  urlStorage: new tus.FileUrlStorage(urls),
  retryDelays: [0, 500, 1000, 3000],
  onShouldRetry: () => ++retries > 0,
  fingerprint: async () => `file-${path}`,
  storeFingerprintForResuming: true,
  onProgress: (sent) => {
    first ??= sent;
    if (stopAt && sent > Number(stopAt)) {
      say({ stopped: sent, url: upload.url });
      process.kill(process.pid, "SIGKILL");
    }
  },
  onError: (error) => {
    say({ error: error.originalResponse?.getStatus() ?? String(error) });
    process.exit(1);
  },
  onSuccess: ({ lastResponse }) => {
    say({ first, retries, url: upload.url, upload_id: lastResponse.getHeader("X-Upload-Id") });
  },
});

upload.findPreviousUploads().then((previous) => {
  if (previous.length > 0) upload.resumeFromPreviousUpload(previous[0]);
  upload.start();
});
