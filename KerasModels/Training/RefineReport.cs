using System.Globalization;
using System.Text;
using TfLbfgs.Optimization;

namespace TfLbfgs.Keras;

/// <summary>What <c>Refine</c> changed.</summary>
/// <param name="LossBefore">The loss of the model before, in its own dtype.</param>
/// <param name="LossAfter">That after, with the weights rounded to their dtypes.</param>
/// <param name="Message">Why the run ended, in a sentence.</param>
/// <param name="Reason">The same as a value.</param>
/// <param name="Iterations">The number of accepted iterations.</param>
/// <param name="Evaluations">The number of evaluations of the loss.</param>
/// <param name="Changes">For each variable that was trained, the largest change and the largest value of an element.</param>
public sealed record RefineReport(
    double LossBefore, double LossAfter, string Message, StopReason Reason, int Iterations, int Evaluations,
        IReadOnlyList<(string Variable, double LargestChange, double LargestValue)> Changes)
{
    /// <summary>The report as text, one line for each variable.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"loss {LossBefore:G8} to {LossAfter:G8} in {Iterations} iterations ({Evaluations} evaluations): {Message}");
        foreach ((string variable, double change, double value) in Changes)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {variable}: largest change {change:G4} of values up to {value:G4}");
        return text.ToString();
    }
}
