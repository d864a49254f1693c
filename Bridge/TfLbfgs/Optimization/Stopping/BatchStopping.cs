using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>When a batch ends. Python: <c>stopping_condition</c> of <c>tfp.optimizer.lbfgs_minimize</c>.</summary>
public readonly record struct BatchStopping
{
    private readonly int _converged;

    private BatchStopping(int converged) => _converged = converged;

    /// <summary>When every member has converged or failed; the default. Python: <c>tfp.optimizer.converged_all</c>.</summary>
    public static BatchStopping All => default;

    /// <summary>As soon as one member has converged, or when all have failed. Python: <c>tfp.optimizer.converged_any</c>.</summary>
    public static BatchStopping Any => new(1);

    /// <summary>How many members must have converged; null: all must have ended.</summary>
    public int? Required => _converged == 0 ? null : _converged;

    /// <summary>Why the members that had not ended did not go on.</summary>
    internal string Explanation => _converged == 1
        ? "another member of the batch converged, and BatchStopping.Any ends all"
        : string.Create(CultureInfo.InvariantCulture,
            $"{_converged} other members of the batch converged, and BatchStopping.AtLeast({_converged}) ends all");

    /// <summary>As soon as some number of members have converged, or when all have ended.</summary>
    /// <param name="members">How many, at least 1; more than there are: as <see cref="All"/>.</param>
    /// <returns>The condition.</returns>
    /// <exception cref="TfLbfgsException">Fewer than one.</exception>
    public static BatchStopping AtLeast(int members) => members >= 1
        ? new(members)
        : throw new TfLbfgsException(
            $"BatchStopping.AtLeast: expected at least 1 member, received {members.ToString(CultureInfo.InvariantCulture)}.");

    /// <summary>Such as <c>AtLeast(3)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _converged switch
    {
        0 => nameof(All),
        1 => nameof(Any),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nameof(AtLeast)}({_converged})"),
    };

    /// <summary>Whether this many members are enough.</summary>
    internal bool IsMet(int converged) => _converged > 0 && converged >= _converged;
}
