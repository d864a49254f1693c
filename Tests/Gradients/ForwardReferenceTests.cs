using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>
/// Forward mode of every recorded op: its tangent along the recorded vectors is the recorded gradient of the first gradients, weighted by
/// these vectors, with respect to the upstream gradients.
/// </summary>
[Trait("Category", "Reference")]
public class ForwardReferenceTests : LeakChecked
{
    [Theory]
    [MemberData(nameof(OpReferenceTests.Names), MemberType = typeof(OpReferenceTests))]
    public void Jvp_OfReferenceOp_IsTheTransposeOfTheGradient(string file)
    {
        ReferenceReport report = new($"ops/{file} (forward)");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("ops", $"{file}.json")));
        foreach (JsonElement json in ReferenceOps.Entries(document, ReferenceOps.IsOp))
        {
            OpCase entry = new(json);
            // The recorded transpose of SegmentMean divides 0 by 0 in segments without rows, where the mean is 0 and stays it.
            // Where TensorFlow's own derivative is wrong, its transpose is; KnownDifferences has those. The projection computes in float32.
            if (!entry.HasSecond || !GradientRegistry.Has(entry.Op) || entry.Id == "segment/SegmentMean/01"
                || entry.Op == "ImageProjectiveTransformV3"
                || IsKnownDifference(entry))
            {
                report.Skip();
                continue;
            }

            report.Check(entry.Id, () =>
            {
                using TensorScope scope = new();
                Check(entry);
            });
        }

        report.Finish();
    }

    private static bool IsKnownDifference(OpCase entry)
    {
        using TensorScope scope = new();
        return KnownDifferences.Of(entry) != KnownDifferences.Orders.None;
    }

    private static void Check(OpCase entry)
    {
        Tensor[] x = Array.ConvertAll(entry.Inputs, input => input.ToTensor());
        int[] perturbed = [.. Enumerable.Range(0, x.Length).Where(i => entry.Gradients[i] is not null && entry.Directions[i] is not null)];
        using ForwardAccumulator accumulator =
            new(Array.ConvertAll(perturbed, i => x[i]), Array.ConvertAll(perturbed, i => entry.Directions[i]!.ToTensor()));
        Tensor[] y = entry.Execute(x);
        ReferenceTensor?[] expected = entry.SecondUpstream;
        for (int i = 0; i < expected.Length; i++)
            expected[i]?.AssertMatches(accumulator.Jvp(y[i], UnconnectedGradients.Zero), 1e-8, $"tangent {i}");
    }
}
