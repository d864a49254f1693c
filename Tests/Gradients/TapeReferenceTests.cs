using System.Text.Json;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>What tapes do, against recorded scenarios. Those that need Jacobians, forward mode, custom gradients or FFT are counted as skipped.</summary>
[Trait("Category", "Reference")]
public class TapeReferenceTests : LeakChecked
{
    [Fact]
    public void Tape_OfReferenceScenario_GivesRecordedResults()
    {
        ReferenceReport report = new("ops/tape_semantics");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("ops", "tape_semantics.json")));
        foreach (JsonElement entry in document.RootElement.GetProperty("entries").EnumerateArray())
        {
            string id = entry.GetProperty("id").GetString()!;
            if (!TapeScenarios.All.TryGetValue(id.Split('/')[^1], out TapeScenarios.Scenario? scenario))
            {
                report.Skip();
                continue;
            }

            report.Check(id, () =>
            {
                using TensorScope scope = new();
                Match(entry.GetProperty("results"), scenario(new TapeScenarios.ScenarioInputs(entry.GetProperty("inputs"))), id);
            });
        }

        report.Finish();
    }

    /// <summary>Fails unless a result is the recorded one: a tensor, null, a list or a dictionary of results.</summary>
    internal static void Match(JsonElement expected, object? actual, string what)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Null:
                Assert.True(actual is null, $"{what}: expected null, received {actual}");
                break;
            case JsonValueKind.Object when expected.TryGetProperty("dtype", out _):
                new ReferenceTensor(expected).AssertMatches((Tensor?)actual, 1e-8, what);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in expected.EnumerateObject())
                {
                    // Types of Python and IndexedSlices do not exist here: gradients are dense.
                    if (property.Name != "types")
                        Match(property.Value, ((Dictionary<string, object?>)actual!)[property.Name], $"{what}.{property.Name}");
                }

                break;
            case JsonValueKind.Array:
                Tensor?[] list = (Tensor?[])actual!;
                Assert.Equal(expected.GetArrayLength(), list.Length);
                for (int i = 0; i < list.Length; i++)
                    Match(expected[i], list[i], $"{what}[{i}]");
                break;
            default:
                // A message of Python: that there is one is what counts.
                Assert.IsType<string>(actual);
                break;
        }
    }
}
