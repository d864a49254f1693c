using System.Text.Json;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>What tapes do, against recorded scenarios. Those that are not known here are counted as skipped.</summary>
[Trait("Category", "Reference")]
public class TapeReferenceTests : LeakChecked
{
    public static TheoryData<string> Files() => [.. ReferenceOps.Files(IsTapeScenario)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Tape_OfReferenceScenario_GivesRecordedResults(string file)
    {
        ReferenceReport report = new($"ops/{file}{(file == "tape_semantics" ? "" : " (tapes)")}");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("ops", $"{file}.json")));
        foreach (JsonElement entry in ReferenceOps.Entries(document, IsTapeScenario))
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

    /// <summary>A scenario of tapes: one that is known here, or that stands among those.</summary>
    private static bool IsTapeScenario(JsonElement entry) =>
        ReferenceOps.IsScenario(entry) && entry.GetProperty("id").GetString()!.Split('/') is var parts
            && (parts[0] == "tape_semantics" || TapeScenarios.All.ContainsKey(parts[^1]));

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
