using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Problems;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>tfp's iterates, one iteration at a time, each resumed from the one before.</summary>
[Trait("Category", "Reference")]
public sealed class TfpTrajectoryReferenceTests : LeakChecked
{
    private const int Compared = 5;

    [Fact]
    public void Minimize_OneIterationAtATime_FollowsTfp()
    {
        Dictionary<string, Problem> problems = Problem.All.ToDictionary(problem => problem.Name);
        ReferenceReport report = new("lbfgs/trajectories");
        foreach (JsonElement path in Recorded.File("trajectories.json").GetProperty("trajectories").EnumerateArray())
        {
            if (!problems.TryGetValue(path.Text("name"), out Problem? problem))
            {
                report.Skip();
                continue;
            }

            // tfp against itself, with its values perturbed by one unit in the last place, is no nearer than 1e-9 from iterate 2 on in this
            // one.
            int last = problem.Name == "mgh12_box3d" ? 1 : Compared;
            JsonElement[] rows = [.. path.GetProperty("iterations").EnumerateArray().Take(last + 1)];
            report.Check(problem.Name, () => Follow(problem, rows));
        }

        report.Finish();
    }

    private static void Follow(Problem problem, JsonElement[] rows)
    {
        using Tensor start = Tensor.From(problem.Start);
        LbfgsResult result = Lbfgs.Minimize(problem.Loss, start, LbfgsOptions.TfpCompatible with { MaxIterations = 0 });
        try
        {
            for (int k = 0; ; k++)
            {
                double[] expected = rows[k].Numbers("position");
                double[] position = result.Position.ToArray<double>();
                double distance = expected.Zip(position, (a, b) => Math.Abs(a - b)).Max();
                double largest = expected.Max(Math.Abs);
                Assert.True(distance <= 1e-9 * largest, $"iterate {k}: {distance:G3} away, the largest component is {largest:G3}");
                Assert.Equal(rows[k].Count("num_objective_evaluations"), result.Evaluations);
                Assert.Equal(rows[k].Flags("converged")[0], result.Converged);
                Assert.Equal(rows[k].Flags("failed")[0], result.Failed);
                if (k + 1 == rows.Length)
                    return;
                LbfgsResult next =
                    Lbfgs.Minimize(problem.Loss, null, LbfgsOptions.TfpCompatible with { MaxIterations = k + 1, PreviousResult = result });
                result.Dispose();
                result = next;
            }
        }
        finally
        {
            result.Dispose();
        }
    }
}
