// A file of its own: the page may run no script that stands in it (api/headers.py).
window.ui = SwaggerUIBundle({
  "url": "/openapi.json",
  "dom_id": "#swagger-ui",
  "deepLinking": true,
  "layout": "StandaloneLayout",
  "presets": [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  "plugins": [SwaggerUIBundle.plugins.DownloadUrl],
  "validatorUrl": null
});
