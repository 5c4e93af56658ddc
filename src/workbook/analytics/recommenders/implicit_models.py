"""The library implicit, behind one adapter: matrix factorisation and neighbours among people.

It warns of threads, and shows bars; both are settled here. One thread gives the same factors each time.
"""

import numpy as np
from scipy.sparse import csr_array, csr_matrix
from threadpoolctl import threadpool_limits

from workbook.analytics.recommenders.histories import Split
from workbook.analytics.recommenders.rankers import else_popular

FACTORS, ROUNDS, RIDGE, WEIGHT = 24, 12, 20.0, 8.0
NEIGHBOURS = 60


def als(split: Split, factors: int = FACTORS, seed: int = 0) -> np.ndarray:
    """Factors of people and products whose product comes near what was bought (Hu et al. 2008, doi 10.1109/ICDM.2008.22)."""
    if not split.bought.nnz:
        return np.zeros((len(split.people), len(split.products)))
    from implicit.cpu.als import AlternatingLeastSquares

    few = max(1, min(factors, min(split.bought.shape) - 1))
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=few,
            regularization=RIDGE,
            alpha=WEIGHT,
            iterations=ROUNDS,
            num_threads=1,
            random_state=seed,
        )
        model.fit(as_read(split.bought, "float32"), show_progress=False)
        scores = model.user_factors[split.rows] @ model.item_factors.T
    return else_popular(scores.astype(float), split)


def user_neighbours(split: Split, neighbours: int = NEIGHBOURS) -> np.ndarray:
    """What the people bought who are most like a person: by the cosine of what both bought (Resnick et al. 1994, doi 10.1145/192844.192905)."""
    if not split.bought.nnz:
        return np.zeros((len(split.people), len(split.products)))
    from implicit.nearest_neighbours import all_pairs_knn

    once = split.bought.sign()
    length = np.sqrt(np.maximum(once.sum(axis=1), 1))
    by_product = as_read(once.multiply(1 / length[:, None]).T)
    alike = all_pairs_knn(by_product, neighbours + 1, 1, show_progress=False)
    near = csr_array(alike.tocsr())[split.rows].tolil()
    near[np.arange(len(split.rows)), split.rows] = 0  # nobody is a neighbour of oneself
    return else_popular(np.asarray((near.tocsr() @ once).todense()), split)


def as_read(matrix: csr_array, kind: str = "float64") -> csr_matrix:
    """A matrix as the library reads it: of the older kind, with short indices."""
    found = csr_matrix(matrix).astype(kind)
    found.indices, found.indptr = found.indices.astype("int32"), found.indptr.astype("int32")
    return found
