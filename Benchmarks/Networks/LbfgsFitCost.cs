using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Networks;

/// <summary>
/// L-BFGS in <c>Fit</c> compared with the recipe in Python: <c>tfp.optimizer.lbfgs_minimize</c> on a function of the model's variables.
/// Both are given the same number of iterations, and each its defaults; the time to the lowest loss that both reach is compared, since an
/// iteration is not the same work. The steady time of the recipe is that of its second run; here each run traces, in its first epoch, for
/// which the median of the others stands. What the first runs took, with tracing and compiling, is given apart.
/// </summary>
internal static class LbfgsFitCost
{
    private const int Iterations = 50;

    /// <summary>The head of the table.</summary>
    public const string Head =
        "| network | mode | loss that both reach | TfLbfgs s to it | recipe, Keras 2 s | Keras 3 s | of the better "
        + "| after iterations: TfLbfgs | recipe | evaluations: TfLbfgs | recipe | ms an iteration: TfLbfgs | recipe | last loss: TfLbfgs | recipe "
        + "| first run: TfLbfgs s | Keras 2 s | Keras 3 s |\n"
        + "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

    /// <summary>Measures one network and prints a line of the table.</summary>
    public static void Measure(KerasPeer second, KerasPeer third, Model model, Tensor x, Tensor y, string loss, string network,
        bool compile, int rounds)
    {
        double[][] start = model.GetWeights();
        string request = string.Create(CultureInfo.InvariantCulture, $"lbfgs {Iterations}");
        Run? own = null;
        Recipe? two = null, three = null;
        (double own, double two, double three) first = (0, 0, 0);
        for (int round = 0; round < rounds; round++)
        {
            model.SetWeights(start);
            Run run = Fit(model, x, y, loss, compile);
            Recipe? ofTwo = Recipe.From(second.Answer(request)), ofThree = Recipe.From(third.Answer(request));
            if (round == 0)
                first = (run.Whole, ofTwo?.First ?? double.NaN, ofThree?.First ?? double.NaN);
            own = own is null ? run : own.Shortest(run);
            two = Recipe.Faster(two, ofTwo);
            three = Recipe.Faster(three, ofThree);
        }

        model.SetWeights(start);
        Recipe better = Recipe.Faster(two, three) ?? throw new TfLbfgsException($"{network}: neither Keras could run the recipe.");
        double lastOfRecipe = better.Loss, target = Math.Max(own!.Losses[^1], lastOfRecipe) * (1 + 1e-6);
        if (lastOfRecipe < own.Losses[^1])
        {
            request = FormattableString.Invariant($"{request} {target:R}");
            (two, three) = (Recipe.From(second.Answer(request)), Recipe.From(third.Answer(request)));
            better = Recipe.Faster(two, three)!;
        }

        int reached = own.Losses.FindIndex(value => value <= target) + 1;
        double seconds = own.Seconds.Take(reached).Sum();
        string[] cells =
        [
            network,
            compile ? "xla" : "graph",
            FormattableString.Invariant($"{target:G3} | {seconds:G3}"),
            FormattableString.Invariant($"{two?.Seconds:G3} | {three?.Seconds:G3} | {seconds / better.Seconds:F2}"),
            FormattableString.Invariant($"{reached} | {better.Iterations}"),
            FormattableString.Invariant($"{own.EvaluationsTo(reached)} | {better.Evaluations}"),
            FormattableString.Invariant($"{own.Seconds.Average() * 1e3:G3} | {better.Seconds / better.Iterations * 1e3:G3}"),
            FormattableString.Invariant($"{own.Losses[^1]:G5} | {lastOfRecipe:G5}"),
            FormattableString.Invariant($"{first.own:F2} | {first.two:F2} | {first.three:F2}"),
        ];
        Console.WriteLine($"| {string.Join(" | ", cells)} |");
    }

    private static Run Fit(Model model, Tensor x, Tensor y, string loss, bool compile)
    {
        List<double> seconds = [];
        List<int> evaluations = [];
        TrialCount trials = new();
        long begin = 0;
        LambdaCallback timer = new()
        {
            EpochBegin = _ => begin = Stopwatch.GetTimestamp(),
            EpochEnd = (_, _) =>
            {
                seconds.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
                evaluations.Add(trials.Count);
            },
        };
        model.Compile(
            new LbfgsOptimizer(new LbfgsOptions
            {
                MaxIterations = Iterations,
                GradientTolerance = 0,
                Execution = compile ? Execution.CompiledCalls : Execution.Traced,
                Trials = trials,
            }),
            loss);
        long whole = Stopwatch.GetTimestamp();
        History history = model.Fit((x, y), new FitOptions { Epochs = Iterations, Verbosity = Verbosity.Silent, Callbacks = [timer] });
        double first = Stopwatch.GetElapsedTime(whole).TotalSeconds;
        seconds[0] = seconds.Skip(1).Order().ElementAt(seconds.Count / 2);
        return new Run([.. history["loss"]], seconds, evaluations, first);
    }

    /// <summary>A run of <c>Fit</c>: losses, seconds and evaluations so far of its epochs, and its seconds with tracing.</summary>
    private sealed record Run(List<double> Losses, List<double> Seconds, List<int> Evaluations, double Whole)
    {
        /// <summary>The evaluations up to an iteration, counted from 1.</summary>
        public int EvaluationsTo(int iteration) => Evaluations[iteration - 1];

        /// <summary>The same run with the shorter time of each epoch: the same evaluations are made in each run.</summary>
        public Run Shortest(Run other) => this with { Seconds = [.. Seconds.Zip(other.Seconds, Math.Min)] };
    }

    /// <summary>What <c>keras_fit.py</c> answers.</summary>
    private sealed record Recipe(double First, double Seconds, int Iterations, int Evaluations, double Loss)
    {
        public static Recipe? From(JsonElement answer) => answer.ValueKind == JsonValueKind.Null ? null : new(
            answer.GetProperty("first").GetDouble(), answer.GetProperty("seconds").GetDouble(), answer.GetProperty("iterations").GetInt32(),
            answer.GetProperty("evaluations").GetInt32(), answer.GetProperty("loss").GetDouble());

        public static Recipe? Faster(Recipe? left, Recipe? right) =>
            left is null ? right : right is null || left.Seconds <= right.Seconds ? left : right;
    }

    private sealed class TrialCount : IProgress<LbfgsTrial>
    {
        public int Count { get; private set; }

        public void Report(LbfgsTrial value) => Count++;
    }
}
