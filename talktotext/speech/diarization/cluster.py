"""Embeddings of unknown voices -> how many voices there are, and which is whose.

Average linkage over cosine similarity (https://en.wikipedia.org/wiki/UPGMA). The mean similarity
of two groups of unit vectors is the product of their mean vectors, so a group is its mean and its
size, and six hours fit into memory. How alike a voice is to itself depends on noise, echo and
microphone: the threshold is a share of that likeness, measured in the recording itself.
"""

import numpy as np
import numpy.typing as npt

from talktotext.speech.base import Float32

Labels = npt.NDArray[np.int64]

BLOCK = 64  # vectors that are grouped among themselves first
STRICT = 0.85  # of a voice's likeness to itself, to be one voice within a block
ALIKE = 0.5  # of it, over the recording


def cluster(vectors: Float32, likeness: float) -> Labels:
    """The number of its voice for each unit vector, shape (n,).

    Args:
        vectors: in order of time, shape (n, d).
        likeness: the cosine similarity of two vectors of one voice.
    """
    groups = np.zeros(len(vectors), dtype=np.int64)
    known = 0
    for first in range(0, len(vectors), BLOCK):
        block = vectors[first : first + BLOCK]
        found = _join(block, np.ones(len(block)), STRICT * likeness)
        groups[first : first + BLOCK] = known + found
        known += int(found.max()) + 1
    sizes = np.bincount(groups).astype(np.float64)
    return _join(means(vectors, groups), sizes, ALIKE * likeness)[groups]


def means(vectors: Float32, labels: Labels) -> Float32:
    """The mean vector of each group, none of which is empty, shape (groups, d)."""
    sizes = np.bincount(labels)
    sums = np.zeros((len(sizes), vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors)
    centres: Float32 = np.divide(sums, sizes[:, None], dtype=np.float32)
    return centres


def similarity(vectors: Float32, labels: Labels) -> Float32:
    """The cosine similarity of each unit vector to the mean of each group, shape (n, groups)."""
    centres = means(vectors, labels)
    cosines: Float32 = vectors @ (centres / np.linalg.norm(centres, axis=1, keepdims=True)).T
    return cosines


def compact(labels: Labels) -> Labels:
    """The labels as numbers from 0 without a gap."""
    return np.unique(labels, return_inverse=True)[1]


def _join(centres: Float32, sizes: npt.NDArray[np.float64], threshold: float) -> Labels:
    """Join the two most similar groups, again and again; the number of its union for each group.

    Args:
        centres: mean vectors, shape (k, d).
        sizes: how many vectors each stands for, shape (k,).
        threshold: less similar groups stay apart.
    """
    everyone = np.arange(len(centres))
    union, sizes = everyone.copy(), sizes.copy()
    similar = centres @ centres.T
    np.fill_diagonal(similar, -np.inf)
    nearest = similar.argmax(axis=1)
    while (best := similar[everyone, nearest]).max() >= threshold:
        i = int(best.argmax())
        j = int(nearest[i])
        union[union == j] = i
        joined = (sizes[i] * similar[i] + sizes[j] * similar[j]) / (sizes[i] + sizes[j])
        sizes[i] += sizes[j]
        similar[j] = similar[:, j] = -np.inf
        joined[[i, j]] = -np.inf
        similar[i] = similar[:, i] = joined
        stale = np.isin(nearest, (i, j)) | (joined > similar[everyone, nearest])
        stale[i] = True
        nearest[stale] = similar[stale].argmax(axis=1)
    return compact(union)
