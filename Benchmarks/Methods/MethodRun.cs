using System.Diagnostics;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Optimization;

namespace TfLbfgs.Benchmarks.Methods;

/// <summary>One method on one problem.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Losses">The lowest loss after this many evaluations.</param>
/// <param name="Error">The relative error of the solution at the end.</param>
/// <param name="Seconds">The time, tracing included.</param>
/// <param name="Iterations">Accepted iterations.</param>
/// <param name="Reason">Why it ended.</param>
internal sealed record MethodRun(string Method, IReadOnlyList<double> Losses, double Error, double Seconds, int Iterations,
    StopReason Reason)
{
    /// <summary>The methods that are compared.</summary>
    public static IReadOnlyList<(string Name, LbfgsOptions Options)> Methods { get; } =
    [
        ("L-BFGS, 10 pairs, scalar", new LbfgsOptions { MemoryLength = 10, Scaling = InverseScaling.Scalar, UseLosses = false,
            AllowedRise = 0, AdaptFirstTrial = false }),
        ("L-BFGS, 100 pairs (default)", new LbfgsOptions { MemoryLength = 100 }),
        ("L-BFGS, 100 pairs, capped",
            new LbfgsOptions { MemoryLength = 100, Direction = new LimitedMemoryDirection { CapFirstTrial = true } }),
        ("BFGS", Dense(DenseFormula.Bfgs, caps: false)),
        ("SSBFGS", Dense(DenseFormula.SelfScaledBfgs, caps: false)),
        ("SSBFGS, capped", Dense(DenseFormula.SelfScaledBfgs, caps: true)),
        ("SSBroyden1", Dense(DenseFormula.SelfScaledBroyden1, caps: false)),
        ("SSBroyden1, capped", Dense(DenseFormula.SelfScaledBroyden1, caps: true)),
        ("SSBroyden2", Dense(DenseFormula.SelfScaledBroyden2, caps: false)),
        ("SSBroyden2, capped", Dense(DenseFormula.SelfScaledBroyden2, caps: true)),
        ("automatic", new LbfgsOptions { MemoryLength = 100, Direction = new AutomaticDirection() }),
    ];

    /// <summary>Runs a method up to the last of the given numbers of evaluations.</summary>
    public static MethodRun Of(PinnProblem problem, string method, LbfgsOptions options, IReadOnlyList<int> evaluations)
    {
        LowestLosses lowest = new();
        using TapeObjective objective = problem.CreateObjective();
        Stopwatch watch = Stopwatch.StartNew();
        using LbfgsResult result =
            Lbfgs.Minimize(objective,
            options with { MaxEvaluations = evaluations[^1], MaxIterations = int.MaxValue, GradientTolerance = 0, Trials = lowest });
        watch.Stop();
        return new MethodRun(method, [.. evaluations.Select(lowest.After)], problem.ErrorOf(result.Position), watch.Elapsed.TotalSeconds,
            result.Iterations, result.Reason);
    }

    private static LbfgsOptions Dense(DenseFormula formula, bool caps) =>
        new() { Direction = new DenseDirection { Formula = formula, CapFirstTrial = caps } };

    private sealed class LowestLosses : IProgress<LbfgsTrial>
    {
        private readonly List<double> _lowest = [];

        public void Report(LbfgsTrial value) => _lowest.Add(_lowest.Count == 0 || value.Loss < _lowest[^1] ? value.Loss : _lowest[^1]);

        public double After(int evaluations) => _lowest[Math.Min(evaluations, _lowest.Count) - 1];
    }
}
