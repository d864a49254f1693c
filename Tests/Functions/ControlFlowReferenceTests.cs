using System.Text.Json;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Gradients;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Functions;

/// <summary>Control flow against recorded scenarios, in each form.</summary>
[Trait("Category", "Reference")]
public sealed class ControlFlowReferenceTests : LeakChecked
{
    [Theory]
    [InlineData("eager")]
    [InlineData("called")]
    [InlineData("inside")]
    [InlineData("compiled")]
    public void ControlFlow_OfReferenceScenario_GivesRecordedResults(string form)
    {
        ReferenceReport report = new($"ops/control_flow ({form})");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("ops", "control_flow.json")));
        foreach (JsonElement entry in document.RootElement.GetProperty("entries").EnumerateArray())
        {
            string id = entry.GetProperty("id").GetString()!;
            if (!ControlFlowScenarios.All.TryGetValue(id.Split('/')[^1], out ControlFlowScenarios.Scenario? scenario))
            {
                report.Skip();
                continue;
            }

            report.Check(id, () =>
            {
                using TensorScope scope = new();
                TapeReferenceTests.Match(entry.GetProperty("results"),
                    scenario(form, new TapeScenarios.ScenarioInputs(entry.GetProperty("inputs"))), id);
            });
        }

        report.Finish();
    }
}
