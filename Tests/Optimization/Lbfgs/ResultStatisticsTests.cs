using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>Hessian, covariance and standard errors at the end of a run, beside closed forms.</summary>
public sealed class ResultStatisticsTests : LeakChecked
{
    private const int Rows = 40;

    private static readonly LbfgsOptions Dense = new()
    {
        Direction = new DenseDirection { Formula = DenseFormula.Bfgs },
        ReturnInverseHessian = true
    };

    [Fact]
    public void StandardErrors_LinearRegression_AreThoseOfLeastSquares()
    {
        using TensorScope scope = new();
        (double[,] x, double[] y) = Data(noise: 0.3);
        Tensor features = Tensor.From(x), targets = Tensor.From(y);
        Tensor Loss(Tensor beta) => 0.5 * Tf.ReduceSum(Tf.Square(Tf.Squeeze(Tf.MatMul(features, Tf.ExpandDims(beta, 1)), [1]) - targets));
        using LbfgsResult result = Lbfgs.Minimize(Loss, Tensor.Zeros([3], DType.Float64), Dense);
        double variance = 2 * result.Loss / (Rows - 3);
        // s^2 (X'X)^-1
        double[,] inverse = Inverse(Gram(x, _ => 1));
        double[] expected = [.. Enumerable.Range(0, 3).Select(i => Math.Sqrt(variance * inverse[i, i]))];
        AssertClose(expected, result.StandardErrors(1 / variance), 1e-8);
        Tensor covariance = result.Covariance(1 / variance);
        Assert.Equal([3, 3], covariance.Shape.ToArray());
        AssertClose([variance * inverse[0, 1]], [covariance.ToDoubles()[1]], 1e-8);
        // H v = X'X v
        double[,] gram = Gram(x, _ => 1);
        AssertClose([gram[0, 0] - gram[0, 2], gram[1, 0] - gram[1, 2], gram[2, 0] - gram[2, 2]],
            result.HessianVectorProduct(Tensor.From([1.0, 0, -1])).ToDoubles(), 1e-10);
        // A quadratic loss is learnt to its end in n steps of exact searches, and nearly so here.
        AssertClose(expected, result.StandardErrors(1 / variance, HessianSource.Learnt), 0.2);
    }

    [Fact]
    public void StandardErrors_LogisticRegression_AreThoseOfTheInformationMatrix()
    {
        using TensorScope scope = new();
        (double[,] x, _) = Data(noise: 0);
        double[] y = [.. Enumerable.Range(0, Rows).Select(i => Math.Sin(12.9 * i) > 0.2 * x[i, 1] ? 1.0 : 0.0)];
        Tensor features = Tensor.From(x), targets = Tensor.From(y);
        // A mean over the rows: the likelihood is Rows times it.
        Tensor Loss(Tensor beta)
        {
            Tensor logits = Tf.Squeeze(Tf.MatMul(features, Tf.ExpandDims(beta, 1)), [1]);
            return Tf.ReduceMean(RawOps.Softplus(logits) - (targets * logits));
        }

        using LbfgsResult result = Lbfgs.Minimize(Loss, Tensor.Zeros([3], DType.Float64), new LbfgsOptions { GradientTolerance = 1e-12 });
        double[] beta = result.Position.ToDoubles();
        double[,] inverse = Inverse(Gram(x, i =>
        {
            double p = 1 / (1 + Math.Exp(-Enumerable.Range(0, 3).Sum(j => x[i, j] * beta[j])));
            return p * (1 - p);
        }));
        AssertClose([.. Enumerable.Range(0, 3).Select(i => Math.Sqrt(inverse[i, i]))], result.StandardErrors(Rows), 1e-8);
    }

    [Fact]
    public void InverseHessian_OfDenseMethods_HasTheLastPair()
    {
        using TensorScope scope = new();
        Tensor scales = Tensor.From([1.0, 4, 9]);
        using LbfgsResult result = Lbfgs.Minimize(x => 0.5 * Tf.ReduceSum(scales * Tf.Square(x - 1)), Tensor.From([3.0, -2, 5]),
            Dense with { GradientTolerance = 1e-10 });
        double[] h = result.InverseHessian!.ToDoubles();
        AssertClose([1.0, 0.25, 1 / 9.0], [h[0], h[4], h[8]], 0.05);
        AssertClose([h[1], h[2], h[5]], [h[3], h[6], h[7]], 1e-12);
        using LbfgsResult limited = Lbfgs.Minimize(x => Tf.ReduceSum(Tf.Square(x)), Tensor.From([1.0]),
            new LbfgsOptions { ReturnInverseHessian = true });
        Assert.Null(limited.InverseHessian);
        Assert.Contains("DenseDirection", Assert.Throws<TfLbfgsException>(() => limited.Covariance(1, HessianSource.Learnt)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Covariance_OfParametersThatOnlyActTogether_SaysSo()
    {
        using TensorScope scope = new();
        using LbfgsResult result = Lbfgs.Minimize(x => Tf.Square(x[0] + x[1] - 1), Tensor.From([3.0, 4]));
        Assert.Contains(
            "cannot be distinguished", Assert.Throws<TfLbfgsException>(() => result.Covariance()).Message, StringComparison.Ordinal);
        Assert.Contains("(2,)", Assert.Throws<TfLbfgsException>(() => result.HessianVectorProduct(Tensor.From([1.0]))).Message,
            StringComparison.Ordinal);
    }

    private static (double[,] X, double[] Y) Data(double noise)
    {
        double[,] x = new double[Rows, 3];
        double[] y = new double[Rows];
        for (int i = 0; i < Rows; i++)
        {
            (x[i, 0], x[i, 1], x[i, 2]) = (1, Math.Sin(0.7 * i) * 2, (i - 20) / 10.0);
            y[i] = 0.5 + (2 * x[i, 1]) - x[i, 2] + (noise * Math.Sin(31.7 * i));
        }

        return (x, y);
    }

    /// <summary>X' W X.</summary>
    private static double[,] Gram(double[,] x, Func<int, double> weight)
    {
        double[,] gram = new double[3, 3];
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                for (int k = 0; k < 3; k++)
                    gram[j, k] += weight(i) * x[i, j] * x[i, k];
            }
        }

        return gram;
    }

    /// <summary>The inverse of a 3 x 3 matrix by cofactors.</summary>
    private static double[,] Inverse(double[,] m)
    {
        double Minor(int row, int column)
        {
            int[] r = [.. Enumerable.Range(0, 3).Where(i => i != row)], c = [.. Enumerable.Range(0, 3).Where(i => i != column)];
            return ((row + column) % 2 == 0 ? 1 : -1) * ((m[r[0], c[0]] * m[r[1], c[1]]) - (m[r[0], c[1]] * m[r[1], c[0]]));
        }

        double determinant = Enumerable.Range(0, 3).Sum(column => m[0, column] * Minor(0, column));
        double[,] inverse = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
                inverse[j, i] = Minor(i, j) / determinant;
        }

        return inverse;
    }

    private static void AssertClose(double[] expected, double[] received, double tolerance)
    {
        Assert.Equal(expected.Length, received.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - received[i]) <= tolerance * Math.Max(Math.Abs(expected[i]), 1e-3),
                FormattableString.Invariant($"{i}: expected {expected[i]:R}, received {received[i]:R}"));
    }
}
