using System.Globalization;
using System.Text;
using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>
/// Recorded ops with their gradients to second order in functions that XLA compiles. Ops without an XLA kernel are counted as skipped, as
/// TensorFlow itself says of each.
/// </summary>
[Trait("Category", "Reference")]
public class CompiledReferenceTests : LeakChecked
{
    /// <summary>Entries whose compiled form is not compared, with the reason.</summary>
    private static readonly (string Op, Func<OpCase, bool> Applies, string Reason)[] XlaDiffers =
    [
        ("SelfAdjointEigV2", Always, "the signs of eigenvectors are free, and XLA takes no complex matrices"),
        ("Svd", Always, "the signs of singular vectors are free, and XLA iterates to a looser bound"),
        ("TridiagonalSolve", Always, "XLA does not pivot"),
        ("ResizeBilinearGrad", Always, "XLA is wrong for images that are not float32; the rule of ResizeBilinear avoids that"),
        ("ReciprocalGrad", HasComplex, "XLA's kernel forgets the conjugate of a complex y; the rule of Reciprocal avoids that"),
        ("InvGrad", HasComplex, "XLA's kernel forgets the conjugate of a complex y; the rule of Inv avoids that"),
        ("SqrtGrad", HasComplex, "XLA's kernel forgets the conjugate of a complex y; the rule of Sqrt avoids that"),
        ("RsqrtGrad", HasComplex, "XLA's kernel forgets the conjugate of a complex y; the rule of Rsqrt avoids that"),
        ("Elu", HasNoNumber, "XLA's kernel of the gradient gives NaN at NaN, the CPU's the upstream gradient"),
        ("Selu", HasNoNumber, "XLA's kernel of the gradient gives NaN at NaN, the CPU's the upstream gradient"),
        ("SeluGrad", HasZero, "at an output of 0 XLA's kernel takes the branch of negative inputs, the CPU's the other"),
        ("Erf", HasNoNumber, "at infinity XLA's kernel gives 1, the CPU's NaN"),
        ("Lgamma", HasNoNumber, "XLA's kernel of Polygamma gives NaN at infinity, the CPU's 0"),
        ("Digamma", HasNoNumber, "XLA's kernel of Polygamma gives NaN at infinity, the CPU's 0"),
        ("Equal", HasOtherShapes, "XLA takes no shapes that do not fit, also where incompatible_shape_error is false"),
        ("NotEqual", HasOtherShapes, "XLA takes no shapes that do not fit, also where incompatible_shape_error is false"),
        ("TensorStridedSliceUpdate", HasNoElements, "XLA's conversion fails where nothing is updated (Missing xla_context)"),
        ("DynamicStitch", HasMissingRow, "rows whose index does not occur are undefined: the CPU's kernel gives zeros, XLA's any row"),
        ("ParallelDynamicStitch", HasMissingRow,
            "rows whose index does not occur are undefined: the CPU's kernel gives zeros, XLA's any row"),
    ];

    [Theory]
    [MemberData(nameof(OpReferenceTests.Names), MemberType = typeof(OpReferenceTests))]
    public void Op_CompiledOneEntryEach_HasValueAndGradients(string file) =>
        Run(file, "compiled, one per op",
            entries => entries.GroupBy(entry => entry.Op)
            .Select(group => group.MaxBy(entry => entry.HasSecond ? 2 : entry.HasGradients ? 1 : 0)!), new Dictionary<string, int>())
            .Finish();

    [Fact(Explicit = true)]
    public void Op_CompiledAllEntries_HasValueAndGradients()
    {
        StringBuilder table = new();
        SortedDictionary<string, int> skipped = new(StringComparer.Ordinal);
        List<ReferenceReport> reports = [];
        foreach (string file in ReferenceOps.Files(ReferenceOps.IsOp))
        {
            ReferenceReport report = Run(file, "compiled", entries => entries, skipped);
            table.Append(report.Line).Append('\n');
            foreach (string failure in report.Failures)
                table.Append("  ").Append(failure).Append('\n');
            reports.Add(report);
        }

        table.Append("skipped, by op:\n");
        foreach ((string reason, int count) in skipped)
            table.Append(CultureInfo.InvariantCulture, $"  {reason} ({count})\n");
        if (!ReferenceRoot.IsOther)
            StoredResult.Write("compiled-ops.txt", table.ToString());
        foreach (ReferenceReport report in reports)
            report.Finish();
    }

    private static ReferenceReport Run(string file, string what, Func<IEnumerable<OpCase>, IEnumerable<OpCase>> choose,
        IDictionary<string, int> skipped)
    {
        ReferenceReport report = new($"ops/{file} ({what})");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("ops", $"{file}.json")));
        foreach (OpCase entry in choose(ReferenceOps.Entries(document, ReferenceOps.IsOp).Select(json => new OpCase(json))))
        {
            if (ReasonToSkip(entry) is { } reason)
            {
                Count(skipped, $"{entry.Op}: {reason}");
                report.Skip();
                continue;
            }

            report.Check(entry.Id, () =>
            {
                using TensorScope scope = new();
                try
                {
                    OpReferenceTests.Check(entry, OpReferenceTests.Mode.Compiled);
                }
                catch (TfStatusException e) when (IsWithoutKernel(e.Message))
                {
                    Count(skipped, $"{entry.Op}: refused by XLA");
                    Assert.Skip(e.Message);
                }
            });
        }

        return report;
    }

    private static string? ReasonToSkip(OpCase entry)
    {
        foreach (var (op, applies, reason) in XlaDiffers)
        {
            if (op == entry.Op && applies(entry))
                return reason;
        }

        if (entry.HasUpstream && !GradientRegistry.Has(entry.Op))
            return "has no gradient rule";
        if (entry.HasGradients && OpReferenceTests.HasAnotherGradient(entry.Op))
            return "the recorded gradient is not the derivative";
        return entry.Op.Contains("Random", StringComparison.Ordinal) || entry.Op.Contains("TruncatedNormal", StringComparison.Ordinal)
            ? "XLA's random numbers are others"
            : null;
    }

    private static void Count(IDictionary<string, int> counts, string key) =>
        counts[key] = counts.TryGetValue(key, out int count) ? count + 1 : 1;

    private static bool Always(OpCase entry) => true;

    private static bool HasComplex(OpCase entry) => entry.HasComplex;

    private static bool HasNoNumber(OpCase entry) => entry.HasElement(number => !double.IsFinite(number));

    private static bool HasZero(OpCase entry) => entry.HasElement(number => number == 0);

    private static bool HasNoElements(OpCase entry) => Array.Exists(entry.Inputs, input => input.Shape.ElementCount == 0);

    private static bool HasOtherShapes(OpCase entry) => entry.Inputs is [var x, var y]
        && x.Shape.Reverse().Zip(y.Shape.Reverse()).Any(sizes => sizes.First != sizes.Second && sizes.First != 1 && sizes.Second != 1);

    private static bool HasMissingRow(OpCase entry)
    {
        using TensorScope scope = new();
        int[] indices = [.. entry.Inputs.Where(input => input.DType == DType.Int32).SelectMany(input => input.ToTensor().ToArray<int>())];
        return indices.Length > 0 && indices.Distinct().Count() <= indices.Max();
    }

    /// <summary>
    /// Whether XLA refuses the op itself, or what it leaves open: no kernel for these devices, or a shape that depends on values.
    /// </summary>
    private static bool IsWithoutKernel(string message) =>
        message.Contains("Detected unsupported operations", StringComparison.Ordinal)
            || message.Contains("must be a compile-time constant", StringComparison.Ordinal)
        || message.Contains("XLA does not support", StringComparison.Ordinal)
            || message.Contains("not yet implemented", StringComparison.Ordinal)
        || message.Contains("not compilable", StringComparison.OrdinalIgnoreCase)
            || message.Contains("uncompilable", StringComparison.OrdinalIgnoreCase);
}
