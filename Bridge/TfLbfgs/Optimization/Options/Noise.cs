using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>
/// The absolute error of the loss, for <see cref="LbfgsOptions.Noise"/>: changes of the loss below it mean nothing, so that line searches
/// judge by slopes there, and working precision is reached where no
/// more is to be gained. Without it the error is taken as the rounding of the loss itself, eps |f|, which is too low for sums that cancel,
/// for networks in float32, and for losses that are simulated.
/// </summary>
public record Noise
{
    private protected Noise(double? absolute, double? relative) => (AbsoluteError, RelativeError) = (absolute, relative);

    /// <summary>
    /// Measured at the start by ECnoise (Moré and Wild 2011): six evaluations in addition to that of the start, along a random direction
    /// that is the same in every run; where their distance does not fit the loss, six more, at most five times in all.
    /// Measured anew before a run ends for it, as the noise of most losses falls with them. All are counted.
    /// <see cref="LbfgsResult.Noise"/> tells the last outcome; where the noise cannot be determined from the loss, it is eps |f| as without
    /// it.
    /// </summary>
    public static Noise Measured { get; } = new(null, null);

    /// <summary>The error as a number; null: it is relative or measured.</summary>
    public double? AbsoluteError { get; }

    /// <summary>The error as a part of |loss|; null: it is absolute or measured.</summary>
    public double? RelativeError { get; }

    /// <summary>Whether it is measured.</summary>
    internal bool IsMeasured => AbsoluteError is null && RelativeError is null;

    /// <summary>The same error everywhere.</summary>
    /// <param name="error">At least 0; what is below eps |f| counts as that.</param>
    /// <returns>The noise.</returns>
    /// <exception cref="TfLbfgsException">The error is negative or not finite.</exception>
    public static GivenNoise Absolute(double error) => new(Checked(error, nameof(Absolute)), null);

    /// <summary>A part of |loss|.</summary>
    /// <param name="error">At least 0, such as 1e-6; what is below eps counts as that.</param>
    /// <returns>The noise.</returns>
    /// <exception cref="TfLbfgsException">The error is negative or not finite.</exception>
    public static GivenNoise Relative(double error) => new(null, Checked(error, nameof(Relative)));

    private static double Checked(double error, string name) =>
        error >= 0 && double.IsFinite(error)
            ? error : throw new TfLbfgsException(Invariant($"Noise.{name}: expected a finite error of 0 or more, received {error}."));
}
