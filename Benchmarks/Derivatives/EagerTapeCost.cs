using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Benchmarks.Running;
using TfLbfgs.Runtime;

namespace TfLbfgs.Benchmarks.Derivatives;

/// <summary>
/// Recording and differentiating the network of the workload <c>seed</c> op by op, here and in Python, in turn on one machine.
/// </summary>
internal static class EagerTapeCost
{
    private const int Warmups = 50;
    private const double PythonSeconds = 3;

    /// <summary>Measures both in turn and prints times, their ratio, and the allocations.</summary>
    /// <param name="peers">The folder with Python; null: search.</param>
    /// <param name="rounds">How many times each is measured.</param>
    public static void Run(string? peers, int rounds)
    {
        using SeedNetwork network = new();
        double loss = 0;
        for (int i = 0; i < Warmups; i++)
            loss = network.LossAndGradients();
        Allocations(network);
        PeersFolder? folder = PeersFolder.Find(peers);
        double own = double.PositiveInfinity, python = double.PositiveInfinity;
        for (int round = 0; round < rounds; round++)
        {
            own = Math.Min(own, Timing.BestOf(() => network.LossAndGradients(), 1000));
            if (folder is not null)
                python = Math.Min(python, Python(folder, loss));
        }

        Console.WriteLine(FormattableString.Invariant($"TfLbfgs: {own * 1e6:F0} us per loss and gradients, best of {rounds} rounds"));
        Console.WriteLine(folder is null
            ? "Python: not run, there is no folder of peers"
            : FormattableString.Invariant($"Python:  {python * 1e6:F0} us; ratio {own / python:F2}"));
    }

    private static void Allocations(SeedNetwork network)
    {
        const int Steps = 100;
        NativeCounters before = NativeCounters.Now;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Steps; i++)
            network.LossAndGradients();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - bytes;
        long ops = NativeCounters.Now.Operations - before.Operations;
        Console.WriteLine(
            FormattableString.Invariant(
            $"TfLbfgs: {(double)ops / Steps:F0} ops a step, {(double)allocated / ops:F0} bytes of managed memory for each"));
    }

    private static double Python(PeersFolder folder, double loss)
    {
        ProcessStartInfo start = folder.Python(["-c", SeedNetwork.Python(PythonSeconds), folder.Location]);
        ProcessOutcome outcome = ChildRun.RunAsync(start, TimeSpan.FromMinutes(10), CancellationToken.None).GetAwaiter().GetResult();
        string[] words = outcome.Output.Split('\n').FirstOrDefault(line => line.StartsWith("RESULT", StringComparison.Ordinal))?.Split(' ')
            ?? throw new TfLbfgsException($"Python gave no result: {outcome.Errors}");
        double other = double.Parse(words[2], CultureInfo.InvariantCulture);
        if (Math.Abs(other - loss) > 1e-12 * Math.Abs(loss))
            throw new TfLbfgsException(
                FormattableString.Invariant($"Expected the same loss on both sides, received {loss:R} here and {other:R} in Python."));
        return double.Parse(words[1], CultureInfo.InvariantCulture);
    }
}
