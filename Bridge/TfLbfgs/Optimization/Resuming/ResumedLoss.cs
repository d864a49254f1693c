using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// Whether the loss at a point that an earlier run left is still the one that it found there: else data, loss or scaling are others, and
/// its numbers mean nothing.
/// </summary>
internal static class ResumedLoss
{
    private const double OfFloat64 = 1e-6;
    private const double OfFloat32 = 1e-5;

    /// <summary>
    /// Compares. Another function for the same point, such as one that is compiled, rounds differently; what is lost against the loss at
    /// the start is rounding too.
    /// </summary>
    /// <param name="before">What the run found.</param>
    /// <param name="now">What is found now.</param>
    /// <param name="initialLoss">The loss at the start of the run.</param>
    /// <param name="dtype">The dtype of the vectors.</param>
    /// <param name="error">The absolute error of the loss that is known besides.</param>
    public static bool Differs(double before, double now, double initialLoss, DType dtype, double error = 0)
    {
        if (!double.IsFinite(before) || !double.IsFinite(now))
            return double.IsFinite(before) || double.IsFinite(now);
        double relative = dtype == DType.Float32 ? OfFloat32 : OfFloat64;
        double rounding = double.IsFinite(initialLoss) ? RuleConstants.EpsilonOf(dtype) * Math.Abs(initialLoss) : 0;
        return Math.Abs(now - before) > Math.Max(relative * Math.Max(Math.Abs(before), Math.Abs(now)), Math.Max(rounding, error));
    }
}
