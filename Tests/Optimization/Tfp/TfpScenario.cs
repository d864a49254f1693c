using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Problems;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>
/// One entry of <c>lbfgs/tfp_scenarios.json</c>: its function, written over the last axis with tfp's formula and order of operations, its
/// start and its options. As in the recording, float32
/// positions are evaluated in float64, and value and gradient are rounded.
/// </summary>
internal sealed class TfpScenario(JsonElement entry)
{
    private readonly ProblemData _data = new(entry.GetProperty("data"));

    public string Name { get; } = entry.Text("name");

    public JsonElement Entry { get; } = entry;

    public bool IsBatch => Entry.GetProperty("start").Shape().Length > 1 && Name != "himmelblau_parallel_starts_25_one_by_one";

    public bool IsKnown => Family() is not null;

    public Tensor Start() => Entry.Text("dtype") == "float32"
        ? Tensor.From<float>([.. Entry.Numbers("start").Select(x => (float)x)], Entry.GetProperty("start").Shape())
        : Tensor.From<double>(Entry.Numbers("start"), Entry.GetProperty("start").Shape());

    public static TfpOptions Options(JsonElement options)
    {
        TfpOptions result = LbfgsOptions.TfpCompatible;
        foreach (JsonProperty option in options.EnumerateObject())
        {
            result = option.Name switch
            {
                "tolerance" => result with { GradientTolerance = option.Value.GetDouble() },
                "x_tolerance" => result with { PositionTolerance = option.Value.GetDouble() },
                "f_relative_tolerance" => result with { RelativeLossTolerance = option.Value.GetDouble() },
                "f_absolute_tolerance" => result with { AbsoluteLossTolerance = option.Value.GetDouble() },
                "max_iterations" => result with { MaxIterations = option.Value.GetInt32() },
                "m" => result with { MemoryLength = option.Value.GetInt32() },
                "max_line_search_iterations" => result with { MaxLineSearchTrials = option.Value.GetInt32() },
                "stop" => result with { StoppingCondition = option.Value.GetString() == "any" ? BatchStopping.Any : BatchStopping.All },
                _ => throw new NotSupportedException(option.Name),
            };
        }

        return result;
    }

    public (Tensor Losses, Tensor Gradients) Evaluate(Tensor positions)
    {
        using TensorScope scope = new();
        bool narrow = positions.DType == DType.Float32;
        (Tensor losses, Tensor gradients) = Family()!(narrow ? RawOps.Cast(positions, DType.Float64) : positions);
        return narrow
            ? (scope.Keep(RawOps.Cast(losses, DType.Float32)), scope.Keep(RawOps.Cast(gradients, DType.Float32)))
            : (scope.Keep(losses), scope.Keep(gradients));
    }

    private Func<Tensor, (Tensor, Tensor)>? Family() => Entry.Text("formula") switch
    {
        "sum s_i (x_i-c_i)^2" or "sum s_i (x_i-c_i)^2 + offset" => Bowl,
        "0.5 (x-c)^T H (x-c)" => Skewed,
        "(1-x)^2+100(y-x^2)^2" => Rosenbrock,
        "(x^2+y-11)^2+(x+y^2-7)^2" => Himmelblau,
        "y.log(1+exp(w.x))+|w|^2/2-sum w.x" => Geometric,
        "sum x^2-10cos(2 pi x)+10n" => Rastrigin,
        _ when _data.Contains("replacement") => Hole,
        _ => null,
    };

    private (Tensor, Tensor) Bowl(Tensor x)
    {
        Tensor d = x - _data["c"];
        Tensor loss = SumLast(_data["s"] * d * d);
        return (_data.Contains("offset") ? loss + _data.Number("offset") : loss, 2 * _data["s"] * d);
    }

    private (Tensor, Tensor) Skewed(Tensor x)
    {
        Tensor y = x - _data["c"];
        Tensor h = SumLast(_data["H"] * y);
        return (SumLast(y * h) / 2, h);
    }

    private static (Tensor, Tensor) Rosenbrock(Tensor x)
    {
        (Tensor a, Tensor b) = (x[TensorIndex.Ellipsis, 0], x[TensorIndex.Ellipsis, 1]);
        Tensor square = a * a;
        return (
            (1 - a) * (1 - a) + 100 * ((b - square) * (b - square)),
            RawOps.Pack([2 * (a - 1) + 400 * a * (square - b), 200 * (b - square)], -1));
    }

    private static (Tensor, Tensor) Himmelblau(Tensor x)
    {
        (Tensor a, Tensor b) = (x[TensorIndex.Ellipsis, 0], x[TensorIndex.Ellipsis, 1]);
        Tensor p = a * a + b - 11;
        Tensor q = a + b * b - 7;
        return (p * p + q * q, RawOps.Pack([4 * a * p + 2 * q, 2 * p + 4 * b * q], -1));
    }

    private (Tensor, Tensor) Geometric(Tensor w)
    {
        Tensor x = _data["x"];
        Tensor eta = SumLast(RawOps.Transpose(x, Tensor.From([1, 0])) * w);
        Tensor p = RawOps.Reciprocal(1 + RawOps.Exp(-eta));
        // log(1 + exp(eta)) without overflow.
        Tensor softplus = RawOps.Maximum(eta, RawOps.ZerosLike(eta)) + RawOps.Log1p(RawOps.Exp(-RawOps.Abs(eta)));
        return (SumLast(softplus * _data["y"]) + 0.5 * SumLast(w * w) - SumLast(eta), SumLast(x * (p * _data["y"])) + w - SumLast(x));
    }

    private static (Tensor, Tensor) Rastrigin(Tensor x) =>
        (SumLast(x * x - 10 * RawOps.Cos(2 * Math.PI * x)) + 250.0, 2 * x + 20 * Math.PI * RawOps.Sin(2 * Math.PI * x));

    private (Tensor, Tensor) Hole(Tensor x)
    {
        Tensor d = x - 1;
        Tensor s = Tensor.From([2.0, 3.0]);
        Tensor inside =
            RawOps.All(RawOps.LogicalAnd(RawOps.Greater(x, Tensor.Scalar(0.7)), RawOps.Less(x, Tensor.Scalar(1.3))), Tensor.From([-1]));
        Tensor replacement = Tensor.Scalar(Entry.GetProperty("data").Numbers("replacement")[0]);
        return (RawOps.SelectV2(inside, replacement, SumLast(s * d * d)),
            RawOps.SelectV2(RawOps.ExpandDims(inside, Tensor.Scalar(-1)), Tensor.Scalar(0.0), 2 * s * d));
    }

    private static Tensor SumLast(Tensor x) => RawOps.Sum(x, Tensor.From([-1]));
}
