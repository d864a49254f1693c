using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>The few vector operations in which the problems are written, all of them with a gradient.</summary>
internal static class Algebra
{
    public static Tensor Vector(params double[] values) => Tensor.From(values);

    /// <summary>The values of a formula at i = 1..n.</summary>
    public static Tensor Sequence(long n, Func<int, double> formula) => Tensor.From(Enumerable.Range(1, (int)n).Select(formula).ToArray());

    /// <summary>The values of a formula at i = 1..rows, j = 1..columns.</summary>
    public static Tensor Matrix(long rows, long columns, Func<int, int, double> formula)
    {
        double[,] values = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                values[i, j] = formula(i + 1, j + 1);
        }

        return Tensor.From(values);
    }

    public static Tensor Sum(Tensor x) => RawOps.Sum(x, Tensor.From([0]));

    public static Tensor Mean(Tensor x) => Sum(x) / x.Shape[0];

    public static Tensor Dot(Tensor a, Tensor b) => Sum(a * b);

    public static Tensor SumOfSquares(Tensor residuals) => Sum(residuals * residuals);

    public static Tensor SumOfSquares(params Tensor[] residuals) => SumOfSquares(RawOps.Pack(residuals));

    public static Tensor Square(Tensor x) => x * x;

    public static Tensor Cube(Tensor x) => x * x * x;

    public static Tensor Exp(Tensor x) => RawOps.Exp(x);

    public static Tensor Cos(Tensor x) => RawOps.Cos(x);

    public static Tensor Sin(Tensor x) => RawOps.Sin(x);

    /// <summary>The matrix times the vector.</summary>
    public static Tensor Times(Tensor matrix, Tensor x) =>
        RawOps.Squeeze(RawOps.MatMul(matrix, RawOps.ExpandDims(x, Tensor.Scalar(1))), [1]);

    /// <summary>Vectors and scalars one after another.</summary>
    public static Tensor Join(params Tensor[] parts) =>
        RawOps.ConcatV2(Array.ConvertAll(parts, part => part.Rank == 0 ? RawOps.ExpandDims(part, Tensor.Scalar(0)) : part),
            Tensor.Scalar(0));

    /// <summary>Every <paramref name="step"/>th element from a first one on.</summary>
    public static Tensor Every(int step, Tensor x, int first) => x[TensorIndex.Slice(first, null, step)];
}
