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
    /// <summary>Ops whose compiled form is not compared, with the reason.</summary>
    private static readonly Dictionary<string, string> XlaDiffers = new(StringComparer.Ordinal)
    {
        ["SelfAdjointEigV2"] = "the signs of eigenvectors are free, and XLA takes no complex matrices",
        ["Svd"] = "the signs of singular vectors are free, and XLA iterates to a looser bound",
        ["TridiagonalSolve"] = "XLA does not pivot",
        ["ResizeBilinearGrad"] = "XLA is wrong for images that are not float32; the rule of ResizeBilinear avoids that",
        ["Angle"] = "open: the second derivative differs when compiled",
    };

    [Theory]
    [MemberData(nameof(OpReferenceTests.Names), MemberType = typeof(OpReferenceTests))]
    public void Op_CompiledOneEntryEach_HasValueAndGradients(string file) => Run(file, "compiled, one per op", entries => entries.GroupBy(entry => entry.Op).Select(group => group.MaxBy(entry => entry.HasSecond ? 2 : entry.HasGradients ? 1 : 0)!));

    [Theory(Explicit = true)]
    [MemberData(nameof(OpReferenceTests.Names), MemberType = typeof(OpReferenceTests))]
    public void Op_CompiledAllEntries_HasValueAndGradients(string file) => Run(file, "compiled", entries => entries);

    private static void Run(string file, string what, Func<IEnumerable<OpCase>, IEnumerable<OpCase>> choose)
    {
        ReferenceReport report = new($"ops/{file} ({what})");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("ops", $"{file}.json")));
        foreach (OpCase entry in choose(ReferenceOps.Entries(document, ReferenceOps.IsOp).Select(json => new OpCase(json))))
        {
            // Strings have no place in XLA, and its random numbers are others.
            if (XlaDiffers.ContainsKey(entry.Op) || (entry.HasUpstream && !GradientRegistry.Has(entry.Op)) || entry.Op.Contains("Random", StringComparison.Ordinal) || entry.Op.Contains("TruncatedNormal", StringComparison.Ordinal))
            {
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
                    Assert.Skip(e.Message);
                }
            });
        }

        report.Finish();
    }

    /// <summary>
    /// Whether XLA refuses the op itself, or what it leaves open: no kernel for these devices, or a shape that depends on values.
    /// </summary>
    private static bool IsWithoutKernel(string message) =>
        message.Contains("Detected unsupported operations", StringComparison.Ordinal) || message.Contains("must be a compile-time constant", StringComparison.Ordinal)
        || message.Contains("XLA does not support", StringComparison.Ordinal) || message.Contains("not yet implemented", StringComparison.Ordinal)
        || message.Contains("not compilable", StringComparison.OrdinalIgnoreCase) || message.Contains("uncompilable", StringComparison.OrdinalIgnoreCase);
}
