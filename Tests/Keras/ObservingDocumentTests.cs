using System.Text.RegularExpressions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Native.Loading;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

/// <summary>The snippets of <c>docs/guides/observing.md</c>: compiled and run here, and each of their lines stands here.</summary>
public sealed class ObservingDocumentTests : LeakChecked
{
    [Fact]
    public void Snippets_OfTheDocument_StandHere()
    {
        string document = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "guides", "observing.md"));
        HashSet<string> here =
            [.. File.ReadLines(Path.Combine(Checkout.Root, "Tests", "Keras", "ObservingDocumentTests.cs")).Select(Normal)];
        string[] lines =
            [.. Regex.Matches(document, "```csharp\n(.*?)```", RegexOptions.Singleline).SelectMany(m => m.Groups[1].Value.Split('\n'))
            .Select(Normal).Where(line => line.Length > 0)];
        Assert.True(lines.Length > 30, $"only {lines.Length} lines were seen");
        Assert.DoesNotContain(lines, line => !here.Contains(line));
    }

    [Fact]
    public void Reasons_OfTheDocument_AreAllOfThem()
    {
        string document = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "guides", "observing.md"));
        foreach (StopReason reason in Enum.GetValues<StopReason>())
            Assert.Matches($@"\n\|[^|\n]*`{reason}`", document);
    }

    [Fact]
    public void Snippets_Run()
    {
        using TemporaryFolder folder = new();
        using TensorScope scope = new();
        (Tensor x, Tensor y) = ModelObjectiveTests.Paraboloid();
        Tensor xv = x[..30], yv = y[..30];
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using Sequential model = new(DType.Float64) { new Dense(8, "tanh"), new Dense(1) };
        using ModelObjective objective = new(model, "mse", x, y);
        string former = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder.Path;
        try
        {
            Run(objective, xv, yv, cancellationToken);
            Assert.Equal(["checkpoint.h5", "logs", "loss.csv", "loss.png", "run.csv", "variables.csv"],
                Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
        finally
        {
            Environment.CurrentDirectory = former;
        }
    }

    private static void Run(ModelObjective objective, Tensor xv, Tensor yv, CancellationToken cancellationToken)
    {
        TextWriter console = Console.Out;
        using StringWriter written = new();
        Console.SetOut(written);
        try
        {
            LbfgsOptions limits = new() { MaxIterations = 500, MaxEvaluations = 2000, MaxTime = TimeSpan.FromMinutes(5) };
            using LbfgsResult limited = Lbfgs.Minimize(objective, limits, cancellationToken);

            StoppingRule rule = StoppingRule.Gradient(1e-4) & StoppingRule.Patience(20) | StoppingRule.Time(TimeSpan.FromMinutes(5));
            StoppingRule own = StoppingRule.When(p => p.Loss < 0.01 && p.Moved < 1e-3, "small and at rest") | rule;
            LbfgsOptions combined = new() { StopWhen = own };

            LbfgsOptions given = new() { Noise = Noise.Absolute(1e-6) };
            LbfgsOptions measured = new() { Noise = Noise.Measured, FloorIterations = 20 };

            LbfgsOptions patient = new() { Patience = 20, MinimumImprovement = 1e-6, TargetLoss = 1e-8 };
            LbfgsOptions asked = new() { Callback = p => p.Loss < 0.01 && p.Seconds > 60 ? LbfgsAction.Stop : LbfgsAction.Continue };

            Validation held = objective.ValidateOn(xv, yv) with { Interval = 5, Patience = 10 };
            using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { Validation = held }, cancellationToken);
            Console.WriteLine($"{result.ValidationLoss} at iteration {result.ValidationIteration}");

            Validation tensors = new(p => Tf.ReduceSum(p * p));
            Validation numbers = new(p => p.ToArray<double>().Max());

            LbfgsOptions watched = new()
            {
                Progress = new ConsoleProgress(),
                Trials = new Trace(),
                Observers = [new CsvProgress("run.csv"), new TensorBoardProgress("logs"), new Saver(objective)],
            };
            LbfgsOptions byVariable = new()
            {
                Progress = new ConsoleProgress { VariablesEvery = 50 },
                Observers =
                [
                    new CsvProgress("variables.csv") { Variables = true },
                    new TensorBoardProgress("logs") { VariablesEvery = 10 },
                    new VariableProgress(
                        (p, norms) => Console.WriteLine($"{p.Iteration}: {norms.MaxBy(v => v.GradientMax)!.Name}"), every: 10),
                ],
            };
            foreach (LbfgsOptions options in (LbfgsOptions[])[patient, asked, combined, given, measured, byVariable, watched,
                new() { Validation = tensors }, new() { Validation = numbers }])
                Lbfgs.Minimize(objective, options with { MaxIterations = 10 }, cancellationToken).Dispose();

            Console.WriteLine(result);
            Console.WriteLine(result.Report());
            result.PlotLoss("loss.png");
            result.WriteCsv("loss.csv");
            foreach (LbfgsProgress p in result.History)
                Console.WriteLine($"{p.Iteration} {p.Evaluations} {p.Loss} {p.GradientNorm} {p.GradientLength} {p.Step} {p.Seconds}");
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Contains("at iteration", written.ToString(), StringComparison.Ordinal);
        Assert.Contains("evaluations", written.ToString(), StringComparison.Ordinal);
    }

    private static string Normal(string line) => line.Trim().Replace("private sealed class", "sealed class", StringComparison.Ordinal);

    private sealed class Trace : IProgress<LbfgsTrial>
    {
        public List<double> Losses { get; } = [];

        public void Report(LbfgsTrial value) => Losses.Add(value.Loss);
    }

    private sealed class Saver(ModelObjective objective) : LbfgsObserver
    {
        public override void OnIteration(LbfgsProgress progress, Tensor position)
        {
            if (progress.Iteration % 100 != 0)
                return;
            objective.Adopt(position);
            objective.Model.Save("checkpoint.h5");
        }
    }
}
