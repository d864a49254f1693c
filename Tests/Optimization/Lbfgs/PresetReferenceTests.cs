using System.Text;
using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Problems;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>
/// The presets beside what they follow: every evaluated loss of SciPy's L-BFGS-B and of torch's fixed steps in order, and the counts of
/// torch's strong Wolfe search. Rounding of another order of sums grows along a path, so that the first evaluations are compared tightly.
/// The suite has each twelfth problem.
/// </summary>
[Trait("Category", "Reference")]
public sealed class PresetReferenceTests : LeakChecked
{
    /// <summary>So many evaluations are compared; on the whole classic table rounding has not grown to the tolerance before.</summary>
    private const int Compared = 12;
    private const double Tolerance = 1e-6;

    [Fact]
    public void SciPyCompatible_OnSomeProblems_EvaluatesTheLossesOfSciPy() => FollowSciPy(runs => TableSample.Of(runs, 12), null);

    [Fact(Explicit = true)]
    public void SciPyCompatible_OnAllProblems_EvaluatesTheLossesOfSciPy() => FollowSciPy(runs => runs, "preset-scipy.txt");

    [Fact]
    public void TorchCompatible_FixedSteps_EvaluatesTheLossesOfLibtorch()
    {
        ReferenceReport report = new("lbfgs/presets torch fixed step");
        foreach (JsonElement run in Read("presets_torch.json").GetProperty("runs").EnumerateArray())
        {
            (string problem, double rate, int most) = (run.GetProperty("problem").GetString()!, run.GetProperty("learning_rate").GetDouble(), run.GetProperty("max_iter").GetInt32());
            report.Check(FormattableString.Invariant($"{problem}, lr {rate}, {most}"), () =>
            {
                using Tensor start = Tensor.From([.. Numbers(run.GetProperty("start"))]);
                List<double> losses = [];
                using LbfgsResult result = Lbfgs.Minimize(Function(problem), start, LbfgsOptions.TorchCompatible with
                {
                    MaxIterations = most,
                    MaxEvaluations = most * 5 / 4,
                    LineSearch = new FixedStep { Step = rate, ShortensFirstStep = true },
                    Trials = new Recorder<LbfgsTrial>(trial => losses.Add(trial.Loss)),
                });
                double[] expected = [.. Numbers(run.GetProperty("evaluated_values"))];
                // Torch goes on with losses that are not finite; it does not evaluate after its last step.
                int finite = expected.TakeWhile(double.IsFinite).Count(), evaluations = run.GetProperty("evaluations").GetInt32();
                if (finite == evaluations)
                    Assert.InRange(losses.Count, evaluations, evaluations + 1);
                else
                    Assert.True(losses.Count > Math.Min(finite, Compared));
                AssertFollows(expected, losses, Math.Min(finite, 2 * Compared));
            });
        }

        report.Finish();
    }

    [Fact]
    public void TorchStrongWolfe_OnSomeProblems_TakesTheEvaluationsOfTorch() => CountTorch(problems => TableSample.Of(problems, 12), null);

    [Fact(Explicit = true)]
    public void TorchStrongWolfe_OnAllProblems_TakesTheEvaluationsOfTorch() => CountTorch(problems => problems, "preset-torch.txt");

    private static void FollowSciPy(Func<IReadOnlyList<JsonElement>, IReadOnlyList<JsonElement>> choose, string? stored)
    {
        ReferenceReport report = new("lbfgs/presets SciPy");
        StringBuilder table = new("problem                              evaluations  SciPy  iterations  SciPy  loss           SciPy          equal evaluations\n");
        Dictionary<string, Problem> problems = Problem.All.ToDictionary(problem => problem.Name);
        foreach (JsonElement run in choose([.. Read("presets.json").GetProperty("runs").EnumerateArray()]))
        {
            Problem problem = problems[run.GetProperty("problem").GetString()!];
            report.Check(problem.Name, () =>
            {
                using Tensor start = Tensor.From(problem.Start);
                List<double> losses = [];
                using LbfgsResult result = Lbfgs.Minimize(
                    problem.Loss, start, LbfgsOptions.SciPyCompatible with { Trials = new Recorder<LbfgsTrial>(trial => losses.Add(trial.Loss)) });
                double[] expected = [.. Numbers(run.GetProperty("evaluated_values"))];
                int equal = expected.Zip(losses).TakeWhile(pair => Follows(pair.First, pair.Second, expected[0])).Count();
                table.AppendLine(FormattableString.Invariant(
                    $"{problem.Name,-36} {result.Evaluations,11} {run.GetProperty("evaluations").GetInt32(),6} {result.Iterations,11} {run.GetProperty("iterations").GetInt32(),6}  {result.Loss,-13:G7}  {run.GetProperty("final_value").GetDouble(),-13:G7} {equal,3} of {Math.Min(expected.Length, losses.Count)}"));
                AssertFollows(expected, losses, Compared);
            });
        }

        Console.WriteLine(table);
        if (stored is not null)
            StoredResult.Write(stored, table.ToString());
        report.Finish();
    }

    private static void CountTorch(Func<IReadOnlyList<Problem>, IReadOnlyList<Problem>> choose, string? stored)
    {
        ReferenceReport report = new("lbfgs/presets torch strong Wolfe");
        StringBuilder table = new("problem                              evaluations  torch  iterations  torch  loss           torch\n");
        Dictionary<string, JsonElement> peers = Read("peers.json").GetProperty("table").EnumerateArray()
            .ToDictionary(
                row => row.GetProperty("problem").GetString()!, row => row.GetProperty("results").GetProperty("torch_lbfgs_default"));
        foreach (Problem problem in choose([.. Problem.All.Where(problem => problem.Start.Length <= 300)]))
        {
            JsonElement peer = peers[problem.Name];
            int evaluations = peer.GetProperty("evaluations").GetInt32();
            report.Check(problem.Name, () =>
            {
                using Tensor start = Tensor.From(problem.Start);
                using LbfgsResult result = Lbfgs.Minimize(problem.Loss, start, LbfgsOptions.TorchCompatible with
                {
                    MaxIterations = 2000,
                    MaxEvaluations = 20000,
                    LineSearch = new TorchStrongWolfe(),
                });
                table.AppendLine(FormattableString.Invariant(
                    $"{problem.Name,-36} {result.Evaluations,11} {evaluations,6} {result.Iterations,11} {peer.GetProperty("iterations").GetInt32(),6}  {result.Loss,-13:G7}  {peer.GetProperty("final_value")}  {result.Reason}"));
                Assert.InRange(result.Evaluations, evaluations - Slack(evaluations), evaluations + Slack(evaluations));
            });
        }

        Console.WriteLine(table);
        if (stored is not null)
            StoredResult.Write(stored, table.ToString());
        report.Finish();
    }

    /// <summary>
    /// How far counts may differ: short runs end with the same evaluation, but for the trial that is evaluated together with a direction
    /// whose
    /// slope ends the run; rounding leads long ones apart.
    /// </summary>
    private static int Slack(int evaluations) => evaluations <= 40 ? 1 : evaluations;

    private static void AssertFollows(double[] expected, List<double> losses, int count)
    {
        for (int i = 0; i < Math.Min(count, Math.Min(expected.Length, losses.Count)); i++)
            Assert.True(Follows(expected[i], losses[i], expected[0]), FormattableString.Invariant($"evaluation {i + 1}: expected {expected[i]:R}, received {losses[i]:R}"));
    }

    /// <summary>Equal but for rounding, relative to the loss and a little of that at the start.</summary>
    private static bool Follows(double expected, double received, double first) =>
        expected.Equals(received) || Math.Abs(expected - received) <= Tolerance * (Math.Abs(expected) + (1e-6 * Math.Abs(first)));

    private static Func<Tensor, Tensor> Function(string problem) => problem switch
    {
        "half square" => p => 0.5 * Tf.ReduceSum(Tf.Square(p)),
        "quadratic" => p => 0.5 * Tf.ReduceSum(Tensor.From([1.0, 3, 10, 30]) * Tf.Square(p)),
        "rosenbrock" => p => Tf.Square(1 - p[0]) + (100 * Tf.Square(p[1] - Tf.Square(p[0]))),
        "log cosh" => p => Tf.ReduceSum(Tf.Math.Log(Tf.Math.Cosh(Tensor.From([1.0, 5, 0.2]) * (p - Tensor.From([1.0, 2, 3]))))),
        "quartic" => p => Tf.ReduceSum(Tf.Square(Tf.Square(p))) + (p[0] * p[1]),
        _ => throw new InvalidOperationException(problem),
    };

    private static JsonElement Read(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("lbfgs", file)));
        return document.RootElement.Clone();
    }

    private static IEnumerable<double> Numbers(JsonElement list) =>
        list.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : value.GetDouble());
}
