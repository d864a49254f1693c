using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>The history as lines of CSV: numbers that read back to the same bits.</summary>
internal static class CsvText
{
    public const string Header = "iteration,evaluations,loss,gradient_max,gradient_length,step,seconds,validation_loss";

    public static string Line(LbfgsProgress p) => string.Create(CultureInfo.InvariantCulture,
        $"{p.Iteration},{p.Evaluations},{p.Loss:R},{p.GradientNorm:R},{p.GradientLength:R},{p.Step:R},{p.Seconds:0.######},{p.ValidationLoss:R}");
}
