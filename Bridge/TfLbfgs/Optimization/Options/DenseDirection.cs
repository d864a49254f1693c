using System.Globalization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// A dense approximation H of the inverse Hessian, -H g: 8 n^2 bytes on the device, float64 for vectors of any dtype, and as much
/// again while a pair is learnt; an iteration takes time as n^2. It remembers every pair, and
/// the self-scaled formulas let what is old fade: on physics-informed networks, where thousands of iterations follow each other along one
/// valley, the loss ends by orders of magnitude lower than that of L-BFGS (docs/directions.md).
/// Python: <c>scipy.optimize.minimize(method="BFGS")</c> and <c>tfp.optimizer.bfgs_minimize</c> for <see cref="DenseFormula.Bfgs"/>;
/// neither has the others.
/// </summary>
/// <example>
/// <code>
/// using LbfgsResult result = Lbfgs.Minimize(loss, start, new LbfgsOptions { Direction = new DenseDirection() });
/// </code>
/// </example>
public sealed record DenseDirection : DirectionMethod
{
    private readonly bool? _capFirstTrial;

    /// <summary>How H learns; default <see cref="DenseFormula.SelfScaledBroyden2"/>.</summary>
    public DenseFormula Formula { get; init; } = DenseFormula.SelfScaledBroyden2;

    /// <summary>
    /// Whether the first trial is at most <c>2.02 df / |g.d|</c> with df the last decrease of the loss; default: true, but false for
    /// <see cref="DenseFormula.Bfgs"/>. Decisive for the self-scaled formulas on networks.
    /// </summary>
    public bool CapFirstTrial
    {
        get => _capFirstTrial ?? Formula != DenseFormula.Bfgs;
        init => _capFirstTrial = value;
    }

    /// <summary>The most parameters for which H is made, at least 1; default 5,000, which is 200 MB.</summary>
    public long MaxParameters { get; init; } = 5000;

    /// <inheritdoc/>
    protected internal override IDirection Create(long count, DType dtype, LbfgsOptions options)
    {
        CheckFormula(Formula, nameof(DenseDirection));
        if (MaxParameters < 1)
            throw new TfLbfgsException(
                string.Create(CultureInfo.InvariantCulture,
                $"DenseDirection.MaxParameters: expected 1 or more, received {MaxParameters}."));
        if (count > MaxParameters)
        {
            throw new TfLbfgsException(string.Create(
                CultureInfo.InvariantCulture,
                $"DenseDirection: expected at most {MaxParameters:N0} parameters, received {count:N0}, whose dense matrix takes {8.0 * count * count:N0} bytes, and twice that while a pair is learnt. Set DenseDirection.MaxParameters to allow it, or use LimitedMemoryDirection or AutomaticDirection."));
        }

        return new DenseMatrix(Formula, count, dtype, CapFirstTrial);
    }

    internal static void CheckFormula(DenseFormula formula, string method)
    {
        if (!Enum.IsDefined(formula))
            throw new TfLbfgsException(
                string.Create(CultureInfo.InvariantCulture, $"{method}.Formula: expected a DenseFormula, received {(int)formula}."));
    }
}
