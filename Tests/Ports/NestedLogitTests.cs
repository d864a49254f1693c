using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Ports;

/// <summary>A nested logit with t-ratios by BFGS, float32. After a program whose repository the index does not name.</summary>
internal static class NestedLogit
{
    private static readonly (string Name, double Start)[] Parameters =
        [("asc_SR", 0), ("asc_Transit", 0), ("asc_Bicycle", 0), ("asc_Walk", 0), ("lambda_coff", 0.95), ("gender_sr", 0)];

    public static NamedResult Estimate(Tensor gender, Tensor available, Tensor choices) => Lbfgs.Minimize(
        p => -Tf.ReduceMean(Tf.ReduceSum(choices * Tf.Log(Probabilities(p, gender, available) + 1e-16), 1)),
        [.. Parameters.Select(p => (p.Name, Tensor.Scalar((float)p.Start)))],
        new LbfgsOptions { Direction = new DenseDirection { Formula = DenseFormula.Bfgs }, GradientTolerance = 1e-10, MaxIterations = 500 });

    public static IReadOnlyList<(string Name, double Value, double Error, double Ratio)> Table(LbfgsResult found, long rows)
    {
        double[] values = found.Position.ToDoubles(), errors = found.StandardErrors(likelihoodScale: rows);
        return [.. Parameters.Select((p, i) => (p.Name, values[i], errors[i], values[i] / errors[i]))];
    }

    private static Tensor Probabilities(NamedTensors p, Tensor gender, Tensor available)
    {
        Tensor none = 0 * gender, lambda = p["lambda_coff"];
        Tensor utility = Tf.Concat(
            [none, p["asc_SR"] + p["gender_sr"] * gender, none + p["asc_Transit"], none + p["asc_Bicycle"] / lambda, none + p["asc_Walk"] / lambda], 1);
        Tensor weights = available * Tf.Exp(utility), upper = weights[.., ..3], nest = weights[.., 3..];
        Tensor sum = Tf.ReduceSum(nest, 1, keepDims: true) + 1e-16, inclusive = Tf.Exp(lambda * Tf.Log(sum));
        Tensor total = Tf.ReduceSum(upper, 1, keepDims: true) + inclusive;
        return Tf.Concat([upper / total, inclusive / total * nest / sum], 1);
    }
}

public class NestedLogitTests : LeakChecked
{
    [Fact]
    public void Estimate_ByBfgs_GivesThePythonMinimumAndStandardErrors()
    {
        const int rows = 80;
        using TensorScope scope = new();
        double[][] unit = PortFigures.Points(rows, 3), available = [.. Enumerable.Range(0, 5).Select(_ => new double[rows])], choices =
            [.. Enumerable.Range(0, 5).Select(_ => new double[rows])];
        double[] gender = [.. Enumerable.Range(0, rows).Select(i => (double)(i % 2))];
        for (int i = 0; i < rows; i++)
        {
            int chosen = Math.Min(4, (int)(5 * unit[2][i] * (0.7 + (0.3 * gender[i]))));
            for (int j = 0; j < 5; j++)
                available[j][i] = chosen == j || ((j != 2 || unit[1][i] >= 0.2) && (j != 3 || unit[0][i] >= 0.4)) ? 1 : 0;
            choices[chosen][i] = 1;
        }

        using NamedResult found = NestedLogit.Estimate(
            PortFigures.Columns(DType.Float32, gender), PortFigures.Columns(DType.Float32, available), PortFigures.Columns(DType.Float32, choices));
        PortFigures figures = PortFigures.Of("nested_logit");
        figures.Check(found.Result, 1e-5, 1e-6);
        IReadOnlyList<(string Name, double Value, double Error, double Ratio)> table = NestedLogit.Table(found.Result, rows);
        for (int i = 0; i < table.Count; i++)
        {
            figures.Close(FormattableString.Invariant($"value_{i}"), table[i].Value, 2e-2);
            figures.Close(FormattableString.Invariant($"error_{i}"), table[i].Error, 2e-2);
        }
    }
}
