using System.Globalization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// L-BFGS as recommended; after <see cref="SwitchAfter"/> iterations, where n is small enough, a dense self-scaled matrix that starts as
/// the matrix of the pairs: problems that end sooner never see it, and long runs, as of
/// physics-informed networks, end lower (docs/directions.md). It costs 8 n^2 bytes from then on, and time as n^2.
/// </summary>
public sealed record AutomaticDirection : DirectionMethod
{
    /// <summary>After how many learnt pairs the dense matrix takes over, at least 1; default 100.</summary>
    public int SwitchAfter { get; init; } = 100;

    /// <summary>
    /// The most parameters for which it does, at least 0; default 3,000. Above, this is <see cref="LimitedMemoryDirection"/>.
    /// </summary>
    public long MaxParameters { get; init; } = 3000;

    /// <summary>How the matrix learns; default <see cref="DenseFormula.SelfScaledBroyden2"/>.</summary>
    public DenseFormula Formula { get; init; } = DenseFormula.SelfScaledBroyden2;

    /// <inheritdoc/>
    protected internal override IDirection Create(long count, DType dtype, LbfgsOptions options)
    {
        if (SwitchAfter < 1)
            throw new TfLbfgsException(
                string.Create(CultureInfo.InvariantCulture,
                $"AutomaticDirection.SwitchAfter: expected 1 or more, received {SwitchAfter}."));
        if (MaxParameters < 0)
            throw new TfLbfgsException(
                string.Create(CultureInfo.InvariantCulture,
                $"AutomaticDirection.MaxParameters: expected 0 or more, received {MaxParameters}."));
        DenseDirection.CheckFormula(Formula, nameof(AutomaticDirection));
        LimitedMemoryDirection limited = new();
        if (count > MaxParameters)
            return limited.Create(count, dtype, options);
        DenseDirection dense = new() { Formula = Formula, MaxParameters = MaxParameters };
        // The dense matrix learns the changes of gradients as they are, so the pairs before it do.
        PairHistory pairs = limited.CreateTraced(count, dtype, options with { UseLosses = false });
        return new SwitchingDirection(pairs, () => (DenseMatrix)dense.Create(count, dtype, options), SwitchAfter, $"dense {Formula}");
    }
}
