using System.Text.Json;
using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>
/// Expressions of the facade, with first and second gradients. Keras' losses, sorting, FFT and decompositions are counted as skipped: they
/// stand elsewhere or do not exist yet.
/// </summary>
[Trait("Category", "Reference")]
public class CompositeReferenceTests : LeakChecked
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Known = new()
    {
        ["reduce_logsumexp"] = x => Tf.Math.ReduceLogSumExp(x, [1]),
        ["reduce_variance"] = x => Variance(x, [0]),
        ["reduce_std"] = x => Tf.Sqrt(Variance(x, null)),
        ["trace"] = Tf.Linalg.Trace,
        ["norm2"] = x => Tf.Norm(x, axes: [1]),
        ["norm1"] = x => Tf.Norm(x, order: 1),
        ["normalize_l2"] = x => x * Tf.Math.Rsqrt(Tf.Maximum(Tf.ReduceSum(Tf.Square(x), 1, keepDims: true), 1e-12)),
        ["gelu"] = x => Tf.NN.Gelu(x),
        ["gelu_tanh"] = x => Tf.NN.Gelu(x, approximate: true),
        ["swish"] = Tf.NN.Silu,
        ["mish"] = x => x * Tf.Tanh(Tf.NN.Softplus(x)),
        ["log_sigmoid"] = x => -Tf.NN.Softplus(-x),
        ["hard_sigmoid"] = x => Tf.ClipByValue(x / 6 + 0.5, 0, 1),
        ["moments"] = x =>
        {
            (Tensor mean, Tensor variance) = Tf.NN.Moments(x, [0]);
            return mean + variance;
        },
        ["layer_norm"] = x => (x - Tf.ReduceMean(x, -1, keepDims: true)) * Tf.Math.Rsqrt(Variance(x, [-1], keepDims: true) + 0.001),
        ["tensordot"] = x => Tf.MatMul(x, x, transposeB: true),
        ["cov"] = x => Tf.MatMul(x - Tf.ReduceMean(x, 0), x, transposeA: true) / 4,
        ["boolean_mask"] = x => Tf.Gather(x, Tf.Squeeze(Tf.Where(Tf.Constant([true, false, true])), 1)),
        ["where_safe_sqrt"] = x =>
        {
            Tensor positive = x > 0;
            return Tf.Where(positive, Tf.Sqrt(Tf.Where(positive, x, Tf.Constant(1.0))), Tf.Constant(0.0));
        },
        ["where_nan_trap"] = x => Tf.Where(x > 0, Tf.Sqrt(x), Tf.ZerosLike(x)),
        ["repeat"] = x => Tf.Gather(x, Tf.Constant([0, 2, 2])),
        ["meshgrid"] = x =>
            Tf.BroadcastTo(Tf.ExpandDims(x, 0), new long[] { 3, 3 }) + Tf.BroadcastTo(Tf.ExpandDims(x, 1), new long[] { 3, 3 }),
        ["stack_unstack"] = x => Tf.Stack([.. Tf.Unstack(x, 1).Reverse()]),
        ["pad_roll_diff"] = x => Tf.Roll(Tf.Pad(x, new[,] { { 1, 1 } }), 1, 0)[1..] - Tf.Pad(x, new[,] { { 1, 0 } }),
        ["flip_einsum"] = x => Tf.Einsum("ij,ij->i", Tf.Reverse(x, 1), x),
        ["polyval"] = x => (Tf.ZerosLike(x) + 1.0) * x * x + x * -2 + 0.5,
        ["atan2_polar"] = x => Tf.Math.Atan2(x[.., 0], x[.., 1]),
        ["sinc_like"] = x => Tf.Math.DivideNoNan(Tf.Sin(x), x),
        ["integer_pow"] = x => Tf.Pow(x, 3) + Tf.Pow(x, -2),
        ["floor_mod"] = x => Tf.Math.FloorMod(x, Tf.Constant(0.7)),
    };

    public static TheoryData<string, bool> Files()
    {
        TheoryData<string, bool> data = [];
        foreach (string file in ReferenceOps.Files(IsComposite))
        {
            data.Add(file, false);
            data.Add(file, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Composite_OfReference_HasValueAndGradients(string file, bool traced)
    {
        ReferenceReport report = new($"ops/{file}{(file == "composites" ? "" : " (composites)")}{(traced ? " (traced)" : "")}");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("ops", $"{file}.json")));
        foreach (JsonElement entry in ReferenceOps.Entries(document, IsComposite))
        {
            string id = entry.GetProperty("id").GetString()!;
            if (!Known.TryGetValue(id.Split('/')[^1], out Func<Tensor, Tensor>? f))
            {
                report.Skip();
                continue;
            }

            report.Check(id, () =>
            {
                using TensorScope scope = new();
                Tensor x = new ReferenceTensor(entry.GetProperty("inputs").GetProperty("x")).ToTensor();
                Tensor?[] found = traced ? InFunction(f, x) : Derive(f, x);
                JsonElement results = entry.GetProperty("results");
                Match(results.GetProperty("value"), found[0], "value");
                Match(results.GetProperty("gradients_of_sum")[0], found[1], "gradient");
                if (id.EndsWith("/moments", StringComparison.Ordinal))
                {
                    // Python stops the gradient of the mean in the variance, whose second derivatives it then gets wrong: the gradients of
                    // a
                    // variance sum to 0 at every x (docs/reference/differences.md).
                    Assert.All(found[2]!.ToDoubles(), value => Assert.Equal(0, value, 1e-12));
                    return;
                }

                Match(results.GetProperty("second_gradients_of_sum")[0], found[2], "second gradient");
            });
        }

        report.Finish();
    }

    /// <summary>An expression: one that is known here, or that stands among those.</summary>
    private static bool IsComposite(JsonElement entry) =>
        ReferenceOps.IsScenario(entry) && entry.GetProperty("id").GetString()!.Split('/') is var parts
            && (parts[0] == "composites" || Known.ContainsKey(parts[^1]));

    private static void Match(JsonElement expected, Tensor? actual, string what)
    {
        if (ReferenceTensor.From(expected) is { } value)
            value.AssertMatches(actual, 1e-8, what);
        else
            Assert.True(actual is null, $"{what}: expected null, received {actual}");
    }

    /// <summary>The value, the gradient of its sum, and the gradient of the sum of that.</summary>
    private static Tensor?[] Derive(Func<Tensor, Tensor> f, Tensor x)
    {
        using GradientTape outer = new();
        outer.Watch(x);
        using GradientTape inner = new();
        inner.Watch(x);
        Tensor y = f(x);
        Tensor? first = inner.GradientOrNull(y, x);
        return [y, first, first is null ? null : outer.GradientOrNull(first, x)];
    }

    private static Tensor?[] InFunction(Func<Tensor, Tensor> f, Tensor x)
    {
        bool[] exists = [];
        using Function function = new(given =>
        {
            Tensor?[] all = Derive(f, given[0]);
            exists = Array.ConvertAll(all, tensor => tensor is not null);
            return [.. all.OfType<Tensor>()];
        }, new FunctionOptions { OptimizeGraph = false });
        Tensor[] results = function.Call(x);
        int next = 0;
        return Array.ConvertAll(exists, there => there ? results[next++] : null);
    }

    private static Tensor Variance(Tensor x, int[]? axes, bool keepDims = false) =>
        Tf.ReduceMean(Tf.Square(x - Tf.ReduceMean(x, axes, keepDims: true)), axes, keepDims);
}
