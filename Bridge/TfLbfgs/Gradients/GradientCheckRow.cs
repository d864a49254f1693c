using System.Globalization;

namespace TfLbfgs.Gradients;

/// <summary>What <see cref="GradientChecker"/> found of one parameter.</summary>
/// <param name="Name">The variable's name, or <c>input i</c>.</param>
/// <param name="Shape">The parameter's shape.</param>
/// <param name="Gradient">The derivative along the worst direction, by the tape.</param>
/// <param name="Difference">The same by extrapolated differences.</param>
/// <param name="Error">|Gradient - Difference| relative to the larger of the two and to the estimated error of the difference.</param>
/// <param name="WorstEntry">The position of the entry with the largest error, such as <c>[3, 0]</c>; empty: no entries were
/// checked.</param>
/// <param name="WorstGradient">The tape's derivative by that entry.</param>
/// <param name="WorstDifference">The same by extrapolated differences.</param>
/// <param name="WorstError">The relative error of that entry.</param>
/// <param name="Passed">Whether all errors are within the tolerance.</param>
public sealed record GradientCheckRow(
    string Name, string Shape, double Gradient, double Difference, double Error, string WorstEntry, double WorstGradient,
        double WorstDifference, double WorstError, bool Passed)
{
    /// <summary>
    /// Gets a value indicating whether no step changed the value at all: the parameter does not matter, or the steps are below the rounding
    /// of its dtype. Then the differences are 0 and say nothing.
    /// </summary>
    public bool IsUnchanged { get; init; }

    /// <summary>
    /// Such as <c>kernel (2, 3): gradient 1.5, difference 1.5, error 2e-11; worst entry [0, 1]: 0.2, 0.2, error 4e-11</c>.
    /// </summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        string line =
            string.Create(CultureInfo.InvariantCulture,
            $"{(Passed ? "ok   " : "WRONG")} {Name} {Shape}: gradient {Gradient:g10}, difference {Difference:g10}, error {Error:e1}");
        if (WorstEntry.Length > 0)
            line += string.Create(
                CultureInfo.InvariantCulture,
                    $"; worst entry {WorstEntry}: {WorstGradient:g10}, {WorstDifference:g10}, error {WorstError:e1}");
        return IsUnchanged
            ? line + "; no step changed the value: expected one that depends on the parameter, or a larger GradientCheckOptions.Step, or "
                + "float64"
            : line;
    }
}
