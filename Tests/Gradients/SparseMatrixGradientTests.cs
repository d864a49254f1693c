using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Gradients.DirectionalDifferences;

namespace TfLbfgs.Tests.Gradients;

/// <summary>Gradients through matrices of compressed rows, which must be those through the dense matrices of the same elements.</summary>
public class SparseMatrixGradientTests : LeakChecked
{
    private static readonly long[,] Places = { { 0, 1 }, { 1, 0 }, { 1, 2 }, { 2, 2 } };
    private static readonly long[,] OtherPlaces = { { 0, 0 }, { 1, 1 }, { 2, 0 }, { 2, 1 }, { 2, 2 } };

    [CoversOps(OpNames.SparseMatrixMatMul, OpNames.SparseTensorToCSRSparseMatrix)]
    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Complex128)]
    public void SparseMatrixMatMul_WithAnyAttributes_HasTheGradientsOfTheDenseProduct(DType dtype)
    {
        using TensorScope scope = new();
        (Tensor values, Tensor b) = (Draw(1, dtype, 4), Draw(2, dtype, 3, 3));
        foreach ((bool transposeA, bool adjointA) in Flags)
        {
            foreach ((bool transposeB, bool adjointB) in Flags)
            {
                foreach ((bool transposeOutput, bool conjugateOutput) in (ReadOnlySpan<(bool, bool)>)[(false, false), (true, false),
                    (false, true), (true, true)])
                {
                    // TensorFlow takes a transposed and an adjoint factor, or a conjugated result with these, in some combinations only.
                    if ((transposeA && adjointB) || (adjointA && transposeB))
                        continue;
                    AssertSame(
                        x => RawOps.SparseMatrixMatMul(Sparse(Places, x[0]), x[1], transposeA, transposeB, adjointA, adjointB,
                            transposeOutput, conjugateOutput),
                        x =>
                        {
                            Tensor product = RawOps.MatMul(Op(Dense(Places, x[0]), transposeA, adjointA), Op(x[1], transposeB, adjointB));
                            product = transposeOutput ? Transposed(product) : product;
                            return conjugateOutput && dtype.IsComplex ? RawOps.Conj(product) : product;
                        },
                        [values, b], $"{transposeA} {adjointA} {transposeB} {adjointB} {transposeOutput} {conjugateOutput}");
                }
            }
        }
    }

    [CoversOps(OpNames.SparseMatrixSparseMatMul, OpNames.CSRSparseMatrixToDense)]
    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Complex128)]
    public void SparseMatrixSparseMatMul_WithAnyAttributes_HasTheGradientsOfTheDenseProduct(DType dtype)
    {
        using TensorScope scope = new();
        (Tensor a, Tensor b) = (Draw(1, dtype, 4), Draw(2, dtype, 5));
        foreach ((bool transposeA, bool adjointA) in Flags)
        {
            foreach ((bool transposeB, bool adjointB) in Flags)
            {
                AssertSame(
                    x => RawOps.CSRSparseMatrixToDense(
                        RawOps.SparseMatrixSparseMatMul(Sparse(Places, x[0]), Sparse(OtherPlaces, x[1]), dtype, transposeA, transposeB,
                            adjointA, adjointB), dtype),
                    x => RawOps.MatMul(Op(Dense(Places, x[0]), transposeA, adjointA), Op(Dense(OtherPlaces, x[1]), transposeB, adjointB)),
                    [a, b], $"{transposeA} {adjointA} {transposeB} {adjointB}");
            }
        }
    }

    [CoversOps(OpNames.DenseToCSRSparseMatrix, OpNames.SparseMatrixTranspose, OpNames.CSRSparseMatrixToSparseTensor)]
    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Complex128)]
    public void SparseMatrixTranspose_OfMatrixThatIsUsedTwice_HasTheSumOfBothGradients(DType dtype)
    {
        using TensorScope scope = new();
        using Tensor places = Tensor.From(Places);
        AssertSame(
            x =>
            {
                Tensor matrix = RawOps.DenseToCSRSparseMatrix(x[0], places);
                Tensor turned = RawOps.CSRSparseMatrixToDense(RawOps.SparseMatrixTranspose(matrix, dtype, conjugate: true), dtype);
                return turned * RawOps.Sum(RawOps.CSRSparseMatrixToSparseTensor(matrix, dtype).Values, Tensor.From([0L]));
            },
            x =>
            {
                Tensor kept = RawOps.GatherNd(x[0], places);
                return Op(Dense(Places, kept), false, true) * RawOps.Sum(kept, Tensor.From([0L]));
            },
            [Draw(1, dtype, 3, 3)], "transpose");
    }

    private static (bool Transpose, bool Adjoint)[] Flags => [(false, false), (true, false), (false, true)];

    /// <summary>Values, first and second gradients of two functions are the same.</summary>
    private static void AssertSame(Func<Tensor[], Tensor> sparse, Func<Tensor[], Tensor> dense, Tensor[] x, string what)
    {
        Tensor[] found = Derivatives(sparse, x), expected = Derivatives(dense, x);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Modulus(found[i] - expected[i]);
            Assert.True(difference < 1e-20, $"{what}, result {i}: expected {expected[i]}, received {found[i]}");
        }
    }

    private static double Modulus(Tensor x) =>
        (x.DType.IsComplex ? RawOps.Real(x * RawOps.Conj(x), DType.Float64) : x * x).ToDoubles().Sum();

    private static Tensor[] Derivatives(Func<Tensor[], Tensor> function, Tensor[] x)
    {
        using GradientTape outer = new();
        using GradientTape inner = new();
        foreach (Tensor tensor in x)
        {
            outer.Watch(tensor);
            inner.Watch(tensor);
        }

        Tensor y = function(x);
        Tensor[] first = inner.Gradient([y * y], x, [RawOps.OnesLike(y)]);
        Tensor[] second = outer.Gradient([.. first.Select(gradient => gradient * gradient)], x);
        return [y, .. first, .. second];
    }

    private static Tensor Sparse(long[,] places, Tensor values) =>
        RawOps.SparseTensorToCSRSparseMatrix(Tensor.From(places), values, Tensor.From([3L, 3L]));

    private static Tensor Dense(long[,] places, Tensor values) => RawOps.ScatterNd(Tensor.From(places), values, Tensor.From([3L, 3L]));

    private static Tensor Op(Tensor x, bool isTransposed, bool isAdjoint) =>
        isTransposed ? Transposed(x) : isAdjoint ? x.DType.IsComplex ? RawOps.Conj(Transposed(x)) : Transposed(x) : x;

    private static Tensor Transposed(Tensor x) => RawOps.Transpose(x, Tensor.From([1, 0]));

    private static Tensor Draw(int seed, DType dtype, params long[] shape) => dtype == DType.Complex128
        ? RawOps.Complex(Normal(seed, DType.Float64, shape), Normal(seed + 10, DType.Float64, shape), dtype)
        : Normal(seed, dtype, shape);
}
