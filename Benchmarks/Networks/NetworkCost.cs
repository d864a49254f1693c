using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Benchmarks.Running;

namespace TfLbfgs.Benchmarks.Networks;

/// <summary>
/// Forward pass, and loss with gradients, of networks that Keras saved: here and in Keras 2 and 3, in turn on one machine.
/// </summary>
internal static class NetworkCost
{
    private const double SecondsOfARound = 0.4;

    /// <summary>The names of the networks.</summary>
    public static IReadOnlyList<string> Networks { get; } = ["seed", "cnn", "lstm", "transformer"];

    private static readonly string[] Modes = ["graph", "xla"];
    private static readonly string[] Passes = ["forward", "gradient"];
    private static readonly string[] Generations = ["keras2", "keras3"];

    /// <summary>Measures all in turn and prints a Markdown table.</summary>
    /// <param name="peers">The folder with Python.</param>
    /// <param name="networks">Which networks.</param>
    /// <param name="rounds">How often each is measured, in turn with the others; the best counts.</param>
    public static void Run(PeersFolder peers, IReadOnlyList<string> networks, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("tflbfgs-networks-").FullName;
        try
        {
            Console.WriteLine("| network | mode | pass | TfLbfgs ms | Keras 2 ms | Keras 3 ms | of the better | first: TfLbfgs s | Keras 2 s | Keras 3 s |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
            foreach (string network in networks)
            {
                foreach (string mode in Modes)
                    Measure(peers, network, mode, folder, rounds);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(PeersFolder peers, string network, string mode, string folder, int rounds)
    {
        using KerasPeer second = KerasPeer.Start(peers, Generations[0], network, mode, folder),
            third = KerasPeer.Start(peers, Generations[1], network, mode, folder);
        using LoadedNetwork own = Load(second, mode), same = Load(third, mode);
        foreach (string pass in Passes)
        {
            double first = Timing.Of(() => own.Run(pass));
            int calls = Math.Clamp((int)(SecondsOfARound / Timing.Of(() => own.Run(pass))), 5, 5000);
            double[] best = [double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity];
            for (int round = 0; round < rounds; round++)
            {
                best[0] = Math.Min(best[0], Shortest(() => own.Run(pass), calls));
                best[1] = Math.Min(best[1], second.Best(pass, calls));
                best[2] = Math.Min(best[2], third.Best(pass, calls));
            }

            double ratio = best[0] / Math.Min(best[1], best[2]);
            Console.WriteLine(FormattableString.Invariant(
                $"| {network} | {mode} | {pass} | {best[0] * 1e3:G3} | {best[1] * 1e3:G3} | {best[2] * 1e3:G3} | {ratio:F2} | {first:F2} | {First(second, pass):F2} | {First(third, pass):F2} |"));
        }

        Compare(own, second);
        Compare(same, third);
    }

    private static LoadedNetwork Load(KerasPeer peer, string mode) => new(peer.ModelFile, peer.Description, mode == "xla");

    private static double Shortest(Action call, int calls)
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < calls; i++)
            best = Math.Min(best, Timing.Of(call));
        return best;
    }

    private static double First(KerasPeer peer, string pass) => peer.Description.GetProperty("first").GetProperty(pass).GetDouble();

    // Times of networks that compute something else would say nothing.
    private static void Compare(LoadedNetwork network, KerasPeer peer)
    {
        double expected = peer.Description.GetProperty("loss").GetDouble();
        double received = network.Loss;
        if (!(Math.Abs(received - expected) <= 1e-5 * Math.Abs(expected)))
            throw new TfLbfgsException(
                FormattableString.Invariant($"Expected the loss of {peer.Name}, {expected:R}, received {received:R}."));
    }
}
