using System.Diagnostics;
using System.Text.Json;
using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Benchmarks.Running;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Networks;

/// <summary>
/// An epoch of <c>Fit</c>: here and in Keras 2 and 3, the same network, data, batches and order, in turn on one machine.
/// </summary>
internal static class FitCost
{
    private const string Script = "keras_fit.py";

    private static readonly string[] Modes = ["graph", "xla"];
    private static readonly string[] Generations = ["keras2", "keras3"];

    /// <summary>The names of the networks.</summary>
    public static IReadOnlyList<string> Networks { get; } = ["digits", "cnn", "lstm"];

    /// <summary>The names of the methods.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["adam", "lbfgs"];

    /// <summary>Measures all in turn and prints a Markdown table.</summary>
    /// <param name="peers">The folder with Python.</param>
    /// <param name="networks">Which networks.</param>
    /// <param name="rounds">How often each is measured, in turn with the others; the best counts.</param>
    /// <param name="epochs">The number of epochs of a round.</param>
    /// <param name="method">Adam or L-BFGS.</param>
    public static void Run(PeersFolder peers, IReadOnlyList<string> networks, int rounds, int epochs, string method)
    {
        string folder = Directory.CreateTempSubdirectory("tflbfgs-fit-").FullName;
        try
        {
            Console.WriteLine(method == Methods[0]
                ? "| network | mode | TfLbfgs ms an epoch | Keras 2 ms | Keras 3 ms | of the better | first epoch: TfLbfgs s | Keras 2 s "
                    + "| Keras 3 s | memory: TfLbfgs MB | Keras 2 MB | Keras 3 MB | step us | bare call us | above % | managed bytes a "
                    + "step |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
                : LbfgsFitCost.Head);
            foreach (string network in networks)
            {
                foreach (string mode in Modes)
                    Measure(peers, network, mode, folder, rounds, epochs, method);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(PeersFolder peers, string network, string mode, string folder, int rounds, int epochs, string method)
    {
        using KerasPeer second = KerasPeer.Start(peers, Generations[0], network, mode, folder, Script), third = KerasPeer.Start(peers, Generations[1], network, mode, folder, Script);
        using Model model = Model.Load(third.ModelFile);
        using TensorScope scope = new();
        using NpzFile file = NpzFile.Open(third.DataFile);
        Tensor x = Read(file, "x"), y = Read(file, "y");
        string loss = third.Description.GetProperty("classes").GetBoolean() ? "sparse_categorical_crossentropy" : "mse";
        if (method != Methods[0])
        {
            LbfgsFitCost.Measure(second, third, model, x, y, loss, network, mode == "xla", rounds);
            return;
        }

        model.Compile(new Adam(0.001), loss, compile: mode == "xla");
        History? history = null;
        double first = Timing.Of(() => history = model.Fit(x, y, new FitOptions { BatchSize = 32, Shuffle = false, Verbosity = Verbosity.Silent }));
        double expected = third.Description.GetProperty("loss").GetDouble(), received = history!["loss"][0];
        // Times of a training that computes something else would say nothing.
        if (!(Math.Abs(received - expected) <= 1e-3 * Math.Abs(expected)))
            throw new TfLbfgsException(FormattableString.Invariant($"{network}, {mode}: expected the loss of {third.Name} after an epoch, {expected:R}, received {received:R}."));
        double best = double.PositiveInfinity;
        (double Best, double Megabytes) two = (double.PositiveInfinity, 0), three = two;
        for (int round = 0; round < rounds; round++)
        {
            best = Math.Min(best, Shortest(model, x, y, epochs));
            two = Better(two, second.Answer($"fit {epochs}"));
            three = Better(three, third.Answer($"fit {epochs}"));
        }

        double ratio = best / Math.Min(two.Best, three.Best);
        double memory = Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;
        StepOverhead step = StepOverhead.Measure(model, x, y);
        Console.WriteLine(FormattableString.Invariant(
            $"| {network} | {mode} | {best * 1e3:G3} | {two.Best * 1e3:G3} | {three.Best * 1e3:G3} | {ratio:F2} | {first:F2} | {First(second):F2} | {First(third):F2} | {memory:F0} | {two.Megabytes:F0} | {three.Megabytes:F0} | {step.Microseconds:F0} | {step.Bare:F0} | {100 * (step.Ratio - 1):F1} | {step.Bytes:F0} |"));
    }

    private static double Shortest(Model model, Tensor x, Tensor y, int epochs)
    {
        double best = double.PositiveInfinity;
        long begin = 0;
        LambdaCallback timer = new()
        {
            EpochBegin = _ => begin = Stopwatch.GetTimestamp(),
            EpochEnd = (_, _) => best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds),
        };
        model.Fit(x, y, new FitOptions { BatchSize = 32, Epochs = epochs, Shuffle = false, Verbosity = Verbosity.Silent, Callbacks = [timer] });
        return best;
    }

    private static (double Best, double Megabytes) Better((double Best, double Megabytes) former, JsonElement answer) =>
        (Math.Min(former.Best, answer.GetProperty("best").GetDouble()), answer.GetProperty("megabytes").GetDouble());

    private static double First(KerasPeer peer) => peer.Description.GetProperty("first").GetDouble();

    private static Tensor Read(NpzFile file, string name)
    {
        StoredArray array = file.Arrays.First(entry => entry.Name == name).Array;
        return Tensor.FromBytes(array.ToBytes(), array.DType, Shape.Create([.. array.Shape]));
    }
}
