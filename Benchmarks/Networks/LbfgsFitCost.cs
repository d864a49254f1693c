using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Networks;

/// <summary>
/// L-BFGS in <c>Fit</c> beside the recipe in Python: <c>tfp.optimizer.lbfgs_minimize</c> on a function of the model's variables.
/// </summary>
internal static class LbfgsFitCost
{
    private const int Iterations = 50;

    /// <summary>Measures one network and prints a line of a table.</summary>
    public static void Measure(KerasPeer second, KerasPeer third, Model model, Tensor x, Tensor y, string loss, string network, bool compile, int rounds)
    {
        double[][] start = model.GetWeights();
        string request = string.Create(CultureInfo.InvariantCulture, $"lbfgs {Iterations}");
        (double first, double median, double end) = (0, double.PositiveInfinity, 0);
        (double Iteration, double First, double Loss)? two = null, three = null;
        for (int round = 0; round < rounds; round++)
        {
            model.SetWeights(start);
            List<double> epochs = [];
            long begin = 0;
            LambdaCallback timer = new()
            {
                EpochBegin = _ => begin = Stopwatch.GetTimestamp(),
                EpochEnd = (_, _) => epochs.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds),
            };
            model.Compile(
                new LbfgsOptimizer(new LbfgsOptions
                {
                    MaxIterations = Iterations,
                    MemoryLength = 10,
                    GradientTolerance = 0,
                    Execution = compile ? Execution.CompiledCalls : Execution.Traced,
                }),
                loss);
            long whole = Stopwatch.GetTimestamp();
            History history = model.Fit((x, y), new FitOptions { Epochs = Iterations, Verbosity = Verbosity.Silent, Callbacks = [timer] });
            if (round == 0)
                first = Stopwatch.GetElapsedTime(whole).TotalSeconds;
            epochs.Sort();
            (median, end) = (Math.Min(median, epochs[epochs.Count / 2]), history["loss"][^1]);
            two = Better(two, second.Answer(request));
            three = Better(three, third.Answer(request));
        }

        model.SetWeights(start);
        double ratio = median / Math.Min(two?.Iteration ?? double.NaN, three?.Iteration ?? double.NaN);
        Console.WriteLine(FormattableString.Invariant(
            $"| {network} | {(compile ? "xla" : "graph")} | {median * 1e3:G3} | {two?.Iteration * 1e3:G3} | {three?.Iteration * 1e3:G3} | {ratio:F2} | {first:F2} | {two?.First:F2} | {three?.First:F2} | {end:G4} | {two?.Loss:G4} | {three?.Loss:G4} |"));
    }

    private static (double, double, double)? Better((double Iteration, double First, double Loss)? former, JsonElement answer)
    {
        if (answer.GetProperty("iteration").ValueKind != JsonValueKind.Number)
            return former;
        double iteration = answer.GetProperty("iteration").GetDouble();
        return (Math.Min(former?.Iteration ?? iteration, iteration), former?.First ?? answer.GetProperty("first").GetDouble(), answer.GetProperty("loss").GetDouble());
    }
}
