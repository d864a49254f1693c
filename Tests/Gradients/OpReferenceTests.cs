using System.Text.Json;
using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>
/// Every recorded op whose gradient rule is known, or that was recorded for its values: eagerly, traced, and traced with shapes that are
/// open while tracing.
/// </summary>
[Trait("Category", "Reference")]
public class OpReferenceTests : LeakChecked
{
    /// <summary>How an op is run.</summary>
    public enum Mode
    {
        /// <summary>At once.</summary>
        Eager,

        /// <summary>In a function of known shapes, integers known while tracing.</summary>
        Traced,

        /// <summary>In a function in which no dimension of a floating-point input is known.</summary>
        Open,

        /// <summary>In a function that XLA compiles; see <see cref="CompiledReferenceTests"/>.</summary>
        Compiled,
    }

    /// <summary>The files of the reference folder that have one-op entries, by any name.</summary>
    private static readonly Lazy<string[]> FilesWithOps = new(() => [.. ReferenceOps.Files(ReferenceOps.IsOp)]);

    public static TheoryData<string> Names() => [.. FilesWithOps.Value];

    public static TheoryData<string, Mode> Files()
    {
        TheoryData<string, Mode> data = [];
        foreach (string file in FilesWithOps.Value)
        {
            foreach (Mode mode in (Mode[])[Mode.Eager, Mode.Traced, Mode.Open])
                data.Add(file, mode);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Op_OfReference_HasValueAndGradients(string file, Mode mode) => Check(file, mode, each: mode == Mode.Open ? 4 : 1);

    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public void Op_OfOpenShapes_HasValueAndGradientsInEveryEntry(string file) => Check(file, Mode.Open, each: 1);

    private static void Check(string file, Mode mode, int each)
    {
        string path = ReferenceRoot.Require("ops", $"{file}.json");
        string suffix = mode switch { Mode.Eager => "", Mode.Traced => " (traced)", _ => " (traced, open shapes)" };
        ReferenceReport report = new($"ops/{file}{suffix}");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (JsonElement json in TableSample.Of([.. ReferenceOps.Entries(document, ReferenceOps.IsOp)], each))
        {
            OpCase entry = new(json);
            if (!GradientRegistry.Has(entry.Op) && entry.HasUpstream)
            {
                report.Skip();
                continue;
            }

            if (mode == Mode.Open
                && (entry.Op is "MatrixDiagV2" or "MatrixDiagV3" or "MatrixDiagPartV2" or "MatrixDiagPartV3" or "MatrixSetDiagV2"
                or "MatrixSetDiagV3"))
            {
                // TensorFlow's shape functions of these refuse bands of diagonals while dimensions are unknown.
                report.Skip();
                continue;
            }

            if (entry.HasGradients && HasAnotherGradient(entry.Op))
            {
                report.Skip();
                continue;
            }

            if (mode == Mode.Open && (entry.Op == "MatrixSolveLs" || (entry.Op == "Svd" && entry.Flag("full_matrices"))))
            {
                // Their formulas depend on which side is longer; the rules refuse what they do not know.
                report.Skip();
                continue;
            }

            report.Check(entry.Id, () =>
            {
                using TensorScope scope = new();
                Check(entry, mode);
            });
        }

        report.Finish();
    }

    /// <summary>
    /// Whether the recorded gradient of an op is not the derivative (docs/reference/differences.md); <see cref="LayerOpGradientTests"/>
    /// checks ours.
    /// </summary>
    internal static bool HasAnotherGradient(string op) => op is "ImageProjectiveTransformV2" or "ImageProjectiveTransformV3";

    /// <summary>Whether XLA computes an op in float32 for every dtype.</summary>
    private static bool IsSingle(string op) => op == "ResizeBilinear";

    internal static void Check(OpCase entry, Mode mode)
    {
        Tensor[] x = Array.ConvertAll(entry.Inputs, input => input.ToTensor());
        Tensor?[] upstream = Array.ConvertAll(entry.Upstream, u => u?.ToTensor());
        Tensor?[] directions = Array.ConvertAll(entry.Directions, v => v?.ToTensor());
        var (outputs, gradients, second, secondUpstream) = mode == Mode.Eager
            ? entry.Compute(x, upstream, directions)
            : InFunction(entry, x, upstream, directions, mode);
        // XLA orders sums and fuses products in ways of its own.
        double tolerance = mode != Mode.Compiled
            ? ToleranceOf(entry.Op) : IsSingle(entry.Op) ? 1e-5 : 1e-8, secondTolerance = mode == Mode.Compiled ? 1e-7 : 1e-8;
        Compare(entry.Outputs[..entry.ComputedOutputs], outputs[..entry.ComputedOutputs], tolerance, "output", skipNull: true);
        KnownDifferences.Orders different = KnownDifferences.Of(entry);
        if (different != KnownDifferences.Orders.None && entry.HasGradients)
        {
            if (mode == Mode.Eager)
                KnownDifferences.AssertDerivative(entry, x, upstream, directions);
            var eager = entry.Compute(x, upstream, directions);
            bool isSingle = mode == Mode.Compiled && IsSingle(entry.Op);
            KnownDifferences.AssertEqual(eager.Gradients, gradients, isSingle, "gradient");
            KnownDifferences.AssertEqual(eager.Second, second, isSingle, "second gradient");
        }

        if (entry.HasGradients && different != KnownDifferences.Orders.Both)
            Compare(entry.Gradients, gradients!, tolerance, "gradient");
        if (entry.HasSecond && different == KnownDifferences.Orders.None)
        {
            Compare(entry.Second, second!, secondTolerance, "second gradient");
            Compare(entry.SecondUpstream, secondUpstream!, secondTolerance, "second gradient of the upstream");
        }
    }

    private static double ToleranceOf(string op) =>
        op.Contains("RandomUniform", StringComparison.Ordinal) ? 0 : op.StartsWith("Stateless", StringComparison.Ordinal) ? 1e-12 : 1e-10;

    private static void Compare(ReferenceTensor?[] expected, Tensor?[] actual, double tolerance, string what, bool skipNull = false)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] is { } value)
                value.AssertMatches(actual[i], tolerance, $"{what} {i}");
            else
                Assert.True(skipNull || actual[i] is null, $"{what} {i}: expected null, received {actual[i]}");
        }
    }

    /// <summary>
    /// The same computation in one function. Floating-point tensors are its arguments; integers (axes, shapes) are made while tracing, as
    /// the facade does.
    /// </summary>
    private static (Tensor?[] Outputs, Tensor?[]? Gradients, Tensor?[]? Second, Tensor?[]? SecondUpstream) InFunction(
        OpCase entry, Tensor[] x, Tensor?[] upstream, Tensor?[] directions, Mode mode)
    {
        List<Tensor> arguments = [];
        Func<Tensor[], Tensor>[] ofX = [.. x.Select((tensor, i) => Bind(tensor, entry.Inputs[i], arguments))];
        Func<Tensor[], Tensor>?[] ofUpstream = [.. upstream.Select(tensor => tensor is null ? null : Bind(tensor, null, arguments))];
        Func<Tensor[], Tensor>?[] ofDirections = [.. directions.Select(tensor => tensor is null ? null : Bind(tensor, null, arguments))];
        Tensor?[][] layout = [];
        using Function function = new(given =>
        {
            Tensor Take(Func<Tensor[], Tensor> pick)
            {
                Tensor taken = pick(given);
                return mode == Mode.Open && taken.DType.IsDifferentiable && taken.Rank > 0
                    ? RawOps.PlaceholderWithDefault(taken, Enumerable.Repeat(-1L, taken.Rank).ToArray()) : taken;
            }

            var (y, first, second, secondUpstream) = entry.Compute(
                Array.ConvertAll(ofX, Take),
                Array.ConvertAll(ofUpstream, pick => pick is null ? null : Take(pick)),
                Array.ConvertAll(ofDirections, pick => pick is null ? null : Take(pick)));
            layout = [y, first ?? [], second ?? [], secondUpstream ?? []];
            return [.. layout.SelectMany(part => part).OfType<Tensor>()];
        }, new FunctionOptions { Compile = mode == Mode.Compiled, OptimizeGraph = false });
        Tensor[] results = function.Call([.. arguments]);
        int next = 0;
        Tensor?[][] parts = Array.ConvertAll(layout, part => Array.ConvertAll(part, tensor => tensor is null ? null : results[next++]));
        return (parts[0], parts[1], parts[2], parts[3]);
    }

    private static Func<Tensor[], Tensor> Bind(Tensor tensor, ReferenceTensor? constant, List<Tensor> arguments)
    {
        if (constant is not null && tensor.DType is DType.Int32 or DType.Int64 && tensor.Shape.ElementCount <= 16)
            return _ => constant!.ToTensor();
        int index = arguments.Count;
        arguments.Add(tensor);
        return given => given[index];
    }
}
