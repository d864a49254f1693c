using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The numbers tau and phi of an update of Broyden's class with self-scaling,
/// <code>
/// H' = (H - Hy Hy' / y.Hy + phi (y.Hy) v v') / tau + s s' / s.y,   v = s / s.y - Hy / y.Hy
/// </code>
/// after Al-Baali (1998) and Urban, Stefanou and Pons (2025, equations 11 and 13 to 23). phi = tau = 1 is BFGS, phi = 0 is DFP. Traced,
/// from scalars on the device: nothing is read for it.
/// </summary>
internal static class DenseScales
{
    /// <summary>Below that y and H^-1 s are parallel: every member of the class is the same.</summary>
    private const double Parallel = 1e-12;

    private const double LeastTau = 1e-12;

    /// <summary>Computes both; all tensors are float64 of shape [].</summary>
    /// <param name="formula">Which member.</param>
    /// <param name="count">n.</param>
    /// <param name="b">s.H^-1 s / s.y</param>
    /// <param name="h">y.H y / s.y</param>
    /// <param name="isFirst">1 where H is a multiple of the identity that has the scale of this pair already, which then is not scaled;
    /// else 0.</param>
    /// <returns>tau in (0, 1], and phi.</returns>
    public static (Tensor Tau, Tensor Phi) Of(DenseFormula formula, long count, Tensor b, Tensor h, Tensor isFirst)
    {
        Tensor one = Tensor.Scalar(1.0);
        if (formula == DenseFormula.Bfgs)
            return (one, one);
        Tensor rho = RawOps.Minimum(one, 1 / b);
        (Tensor tau, Tensor phi) = formula == DenseFormula.SelfScaledBfgs ? (rho, one) : Broyden(formula, count, b, h, rho, one);
        // A comparison with NaN is false.
        Tensor valid = RawOps.LogicalAnd(RawOps.LogicalAnd(tau >= LeastTau, RawOps.IsFinite(phi)), isFirst < 0.5);
        return (RawOps.SelectV2(valid, tau, one), RawOps.SelectV2(valid, phi, one));
    }

    private static (Tensor Tau, Tensor Phi) Broyden(DenseFormula formula, long count, Tensor b, Tensor h, Tensor rho, Tensor one)
    {
        Tensor angle = h * b - 1;
        Tensor isParallel = angle <= Parallel;
        Tensor a = RawOps.SelectV2(isParallel, one, angle);
        Tensor least = RawOps.Minimum(one, h * (1 - RawOps.Sqrt(a / (1 + a))));
        // The bounds between which H stays well conditioned; SR1, whose theta is 1 / (1 - b), may lie outside on either side.
        Tensor lower = (least - 1) / a;
        Tensor upper = 1 / least;
        Tensor wanted = formula == DenseFormula.SelfScaledBroyden1 ? -1 / (b - 1) : (1 - b) / b;
        Tensor theta = RawOps.Maximum(lower, RawOps.Minimum(upper, wanted));
        Tensor sigma = 1 + theta * a;
        Tensor power = RawOps.Pow(RawOps.Abs(sigma), Tensor.Scalar(1.0 / (1 - Math.Max(count, 2))));
        Tensor tau = RawOps.SelectV2(theta <= 0, RawOps.Minimum(rho * power, sigma), rho * RawOps.Minimum(power, 1 / theta));
        return (RawOps.SelectV2(isParallel, rho, tau), RawOps.SelectV2(isParallel, one, (1 - theta) / sigma));
    }
}
