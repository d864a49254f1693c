"""More one-op cases of linear algebra, Fourier transforms, sparse and ragged tensors, in the form of cases.py.

    python linear_cases.py OUTPUT_DIR [SEED]        # writes linear_algebra.json and sparse_ragged.json
"""
import os
import sys
import time

import goldlib
import numpy as np
import tensorflow as tf
from goldlib import C, K, N, SPD, U, WELL, Spec
from generate import head


def HERM(*shape):
    """Hermitian positive definite matrices."""
    def make(r):
        a = r.standard_normal(shape) + 1j * r.standard_normal(shape)
        return a @ np.conj(np.swapaxes(a, -1, -2)) + shape[-1] * np.eye(shape[-1])
    return Spec(make)


def CWELL(*shape):
    """Well conditioned complex matrices."""
    def make(r):
        return r.standard_normal(shape) + 1j * r.standard_normal(shape) + 3 * np.eye(shape[-2], shape[-1])
    return Spec(make)


def linear_algebra(b):
    b.start("linear_algebra")
    b.case("Cholesky", input=HERM(3, 3), _sym=("input",), _note="complex")
    b.case("MatrixInverse", input=CWELL(2, 2, 2), adjoint=True, _note="complex")
    b.case("MatrixInverse", input=CWELL(3, 3), adjoint=False, _note="complex")
    for adjoint in (False, True):
        b.case("MatrixSolve", matrix=CWELL(3, 3), rhs=C(3, 2), adjoint=adjoint, _note="complex")
        for lower in (False, True):
            b.case("MatrixTriangularSolve", matrix=CWELL(3, 3), rhs=C(3, 2), lower=lower, adjoint=adjoint, _note="complex")
            b.case("BandedTriangularSolve", matrix=U(1.0, 2.0, 2, 4), rhs=N(4, 2), lower=lower, adjoint=adjoint)
    b.case("MatrixTriangularSolve", matrix=WELL(2, 1, 3, 3), rhs=N(3, 3, 2), lower=True, adjoint=False, _note="broadcast batch")
    b.case("MatrixTriangularSolve", matrix=WELL(3, 3), rhs=N(2, 3, 2), lower=False, adjoint=True, _note="broadcast batch")
    b.case("MatrixSolveLs", matrix=N(2, 4), rhs=N(2, 3), l2_regularizer=K(0.1), fast=True, _note="underdetermined")
    b.case("MatrixSolveLs", matrix=N(2, 4, 3), rhs=N(2, 4, 2), l2_regularizer=K(0.3), fast=True, _note="batch")
    b.case("MatrixSolveLs", matrix=C(4, 2), rhs=C(4, 1), l2_regularizer=K(0.1), fast=True, _note="complex")
    b.case("MatrixDeterminant", input=CWELL(2, 3, 3), _note="complex")
    b.case("LogMatrixDeterminant", input=CWELL(3, 3), _note="complex")
    b.case("Qr", input=C(3, 3), full_matrices=False, _note="complex")
    b.case("Qr", input=C(4, 2), full_matrices=False, _note="complex")
    b.case("Qr", input=C(2, 4), full_matrices=False, _note="complex")
    b.case("Qr", input=N(2, 2, 4), full_matrices=True, _note="full, wide")
    b.case("SelfAdjointEigV2", input=HERM(3, 3), compute_v=False, _sym=("input",), _note="complex")
    b.case("Eig", input=WELL(3, 3), Tout=tf.complex128, compute_v=False, _undef=(1,))
    b.case("Eig", input=WELL(2, 3, 3), Tout=tf.complex128, compute_v=True, _up=(0,))
    b.case("Eig", input=C(3, 3), Tout=tf.complex128, compute_v=False, _note="complex", _undef=(1,))
    b.case("Svd", input=N(3, 4), compute_uv=True, full_matrices=True, _note="full")
    b.case("Svd", input=N(4, 3), compute_uv=True, full_matrices=True, _note="full")
    b.case("Svd", input=N(3, 5), compute_uv=True, full_matrices=False, _note="singular values of five", _up=(0,))
    b.case("Svd", input=C(3, 2), compute_uv=False, full_matrices=False, _note="complex", _undef=(1, 2))
    b.case("MatrixSquareRoot", input=SPD(2, 3, 3))
    b.case("TridiagonalSolve", diagonals=U(1.0, 2.0, 2, 3, 4), rhs=N(2, 4, 2), partial_pivoting=True, perturb_singular=False, _note="batch")
    b.case("TridiagonalSolve", diagonals=C(3, 4, m=3.0), rhs=C(4, 1), partial_pivoting=True, perturb_singular=False, _note="complex")
    b.case("TridiagonalMatMul", superdiag=C(2, 1, 3), maindiag=C(2, 1, 3), subdiag=C(2, 1, 3), rhs=C(2, 3, 2), _note="complex, batch")
    b.case("FFT", input=C(2, 5, dt="complex64"), _note="complex64")
    b.case("RFFT", input=N(2, 7), fft_length=K([7], "int32"), Tcomplex=tf.complex128)
    b.case("RFFT2D", input=N(2, 3, 5), fft_length=K([3, 5], "int32"), Tcomplex=tf.complex128)
    b.case("IRFFT2D", input=C(2, 4, 3), fft_length=K([4, 5], "int32"), Treal=tf.float64)
    b.case("Cumprod", x=K([[0.0, 2.0, 3.0], [1.5, 0.0, 0.0]]), axis=K(1, "int32"), exclusive=False, reverse=False, _note="zeros")
    b.case("Cumprod", x=K([[0.0, 2.0, 3.0], [1.5, 0.0, 0.0]]), axis=K(0, "int32"), exclusive=True, reverse=True, _note="zeros")
    b.case("Cumprod", x=C(4), axis=K(0, "int32"), exclusive=True, reverse=False, _note="complex")
    b.case("Prod", input=K([[0.0, 2.0, 0.0], [1.5, 3.0, 0.5]]), reduction_indices=K([0, 1], "int32"), keep_dims=False, _note="two zeros")
    b.case("Xlogy", x=K([0.0, 1.5, 0.0]), y=K([2.0, 0.5, 3.0]), _note="x = 0")
    b.case("Xlog1py", x=K([0.0, 1.5, 0.0]), y=K([2.0, 0.5, 3.0]), _note="x = 0")
    b.case("Pow", x=K([0.0, 1.5, 0.0]), y=K([1.0, 1.0, 2.0]), _note="x = 0")


def sparse_ragged(b):
    b.start("sparse_ragged")
    at = K([[0, 0], [1, 2], [2, 1]], "int64")
    shape = K([3, 3], "int64")
    b.case("SparseTensorDenseMatMul", a_indices=at, a_values=C(3), a_shape=shape, b=C(3, 2), adjoint_a=True, adjoint_b=False, _note="complex")
    b.case("SparseTensorDenseMatMul", a_indices=at, a_values=C(3), a_shape=shape, b=C(2, 3), adjoint_a=False, adjoint_b=True, _note="complex")
    b.case("SparseSlice", indices=at, values=N(3), shape=shape, start=K([1, 0], "int64"), size=K([2, 3], "int64"))
    b.case("SparseFillEmptyRows", indices=K([[0, 0], [0, 2], [2, 1]], "int64"), values=N(3), dense_shape=K([4, 3], "int64"), default_value=K(0.5))
    b.case("SparseReorder", input_indices=K([[2, 1], [0, 0], [1, 2]], "int64"), input_values=N(3), input_shape=shape, _note="unordered")
    b.case("SparseReduceSum", input_indices=at, input_values=N(3), input_shape=shape, reduction_axes=K([-1], "int32"), keep_dims=True)
    b.case("SparseReduceSum", input_indices=K([[0, 0, 1], [1, 2, 0], [1, 2, 1]], "int64"), input_values=N(3), input_shape=K([2, 3, 2], "int64"),
           reduction_axes=K([0, 2], "int32"), keep_dims=False)
    b.case("SparseDenseCwiseMul", sp_indices=at, sp_values=N(3), sp_shape=shape, dense=N(3), _note="broadcast")
    b.case("SparseDenseCwiseDiv", sp_indices=at, sp_values=N(3), sp_shape=shape, dense=U(1.0, 2.0, 3, 1), _note="broadcast")
    b.case("SparseSoftmax", sp_indices=K([[0, 0], [0, 2], [2, 1]], "int64"), sp_values=N(3), sp_shape=shape)
    b.case("SparseAdd", a_indices=at, a_values=N(3), a_shape=shape, b_indices=K([[0, 0], [1, 1]], "int64"), b_values=N(2), b_shape=shape, thresh=K(0.0), _note="overlap")
    b.case("SparseTensorDenseAdd", a_indices=at, a_values=N(3), a_shape=shape, b=N(3, 3))
    b.case("SparseToDense", sparse_indices=K([1, 3], "int64"), output_shape=K([5], "int64"), sparse_values=N(2), default_value=K(0.5), _note="vector of indices", _fd=False)
    for op in ("SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN"):
        b.case(op, data=N(4, 2), indices=K([0, 2, 2, 3], "int32"), segment_ids=K([0, 0, 2, 2], "int32"), _note="empty segment")
    splits = K([0, 2, 2, 5], "int64")
    b.case("RaggedTensorToSparse", rt_nested_splits=[splits], rt_dense_values=N(5))
    b.case("RaggedGather", params_nested_splits=[splits], params_dense_values=N(5, 2), indices=K([2, 0, 2], "int32"), OUTPUT_RAGGED_RANK=1)
    b.case("RaggedTensorToTensor", shape=K([-1, -1], "int64"), values=N(5), default_value=K(0.5), row_partition_tensors=[splits], row_partition_types=["ROW_SPLITS"])
    b.case("RaggedTensorToTensor", shape=K([4, 2, 2], "int64"), values=N(5, 2), default_value=N(2), row_partition_tensors=[splits],
           row_partition_types=["ROW_SPLITS"], _note="padded and cut off")
    b.case("UnsortedSegmentProd", data=K([[0.0, 1.5], [2.0, 0.0], [0.0, 3.0], [1.2, 0.0], [0.7, 0.4]]), segment_ids=K([1, 0, 1, 0, -1], "int32"), num_segments=K(3, "int32"), _note="zeros")
    b.case("SegmentProd", data=K([[0.0, 1.5], [2.0, 0.0], [0.0, 3.0]]), segment_ids=K([0, 0, 2], "int32"), _note="zeros")
    b.case("DynamicStitch", indices=[K([0, 2], "int32"), K([2, 1], "int32")], data=[N(2, 2), N(2, 2)], _note="overwritten row")


def main(out, seed):
    t = time.time()
    book = goldlib.Book(seed)
    linear_algebra(book)
    sparse_ragged(book)
    for family in book.cases:
        goldlib.write(os.path.join(out, family + ".json"), head(seed, family=family), book.build(family))
    for key, value in book.report.items():
        print(key, value)
    print(f"{time.time() - t:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20260101)
