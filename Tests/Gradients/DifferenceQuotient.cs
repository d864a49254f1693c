using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>Compares gradients, element by element, with differences of what they are the gradients of.</summary>
internal static class DifferenceQuotient
{
    private const double Step = 1e-3;

    /// <summary>
    /// Fails unless the gradient of a function with respect to input i agrees with its differences there. Where two quotients of different
    /// accuracy do not agree there
    /// is no derivative, such as that of x log(y) at x = y = 0.
    /// </summary>
    /// <returns>How many elements were compared.</returns>
    public static int AssertGradient(Func<Tensor[], double> f, Tensor[] x, int i, Tensor gradient, double tolerance, string what)
    {
        int compared = 0;
        int count = (int)x[i].Shape.ElementCount;
        double[] units = new double[count];
        for (int element = 0; element < count; element++)
        {
            units[element] = Step;
            Tensor real = Tensor.From<double>(units, x[i].Shape);
            units[element] = 0;
            Tensor[] directions = x[i].DType.IsComplex
                ? [RawOps.Complex(real, RawOps.ZerosLike(real), DType.Complex128),
                    RawOps.Complex(RawOps.ZerosLike(real), real, DType.Complex128)]
                : [real];
            foreach (Tensor direction in directions)
            {
                double near = (At(direction, 1) - At(direction, -1)) / (2 * Step);
                double quotient = (4 * near - (At(direction, 2) - At(direction, -2)) / (4 * Step)) / 3;
                if (!double.IsFinite(quotient) || Math.Abs(quotient - near) > 1e-4 * Math.Max(1, Math.Abs(quotient)))
                    continue;
                double found = Picked(gradient, direction);
                Assert.True(
                    Math.Abs(quotient - found) <= tolerance * Math.Max(1, Math.Abs(quotient)),
                        $"{what}[{element}]: difference quotient {quotient}, gradient {found}");
                compared++;
            }
        }

        return compared;

        double At(Tensor direction, int steps)
        {
            Tensor[] moved = [.. x];
            moved[i] = x[i] + direction * steps;
            return f(moved);
        }
    }

    /// <summary>
    /// The component of a gradient along a direction of length <see cref="Step"/>; the other elements, which may be infinite, do not count.
    /// </summary>
    private static double Picked(Tensor gradient, Tensor direction) =>
        Inner(RawOps.MulNoNan(gradient, RawOps.Cast(RawOps.NotEqual(direction, RawOps.ZerosLike(direction)), direction.DType)),
        direction) / Step;

    /// <summary>Re sum(a conj(b)).</summary>
    public static double Inner(Tensor a, Tensor b) =>
        (a.DType.IsComplex ? RawOps.Real(a * RawOps.Conj(b), a.DType.RealPart) : a * b).ToDoubles().Sum();

    /// <summary>The sum of <see cref="Inner(Tensor, Tensor)"/> over what both lists have.</summary>
    public static double Inner(Tensor?[] a, Tensor?[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] is { } left && b[i] is { } right)
                sum += Inner(left, right);
        }

        return sum;
    }

    /// <summary>Numbers between -1 and 1 in the shape of a tensor.</summary>
    public static Tensor Direction(Tensor x, double seed = 12.9898)
    {
        Tensor real = Tensor.From<double>([.. Enumerable.Range(1, (int)x.Shape.ElementCount).Select(i => Math.Sin(seed * i))], x.Shape);
        return x.DType.IsComplex ? RawOps.Complex(real, RawOps.Cos(real * 7), DType.Complex128) : real;
    }
}
