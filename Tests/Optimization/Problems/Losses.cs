using TfLbfgs.Optimization;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>Keeps the loss of every evaluation of a run.</summary>
internal sealed class Losses : IProgress<LbfgsTrial>
{
    private readonly List<double> _losses = [];

    /// <summary>The losses in the order of the evaluations.</summary>
    public IReadOnlyList<double> All => _losses;

    public void Report(LbfgsTrial value) => _losses.Add(value.Loss);

    /// <summary>The number, from 1, of the first evaluation at or below a loss; null: none.</summary>
    public int? FirstAtMost(double target) => _losses.FindIndex(loss => loss <= target) is >= 0 and int index ? index + 1 : null;

    /// <summary>The lowest loss of the first so many evaluations.</summary>
    public double LowestAfter(int evaluations) => _losses.Take(evaluations).Where(double.IsFinite).Min();
}
