using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>The history as lines of CSV: numbers that read back to the same bits.</summary>
internal static class CsvText
{
    public const string Columns = "iteration,evaluations,loss,gradient_max,gradient_length,step,seconds,validation_loss";

    private static readonly string[] Norms = ["position_max", "position_length", "gradient_max", "gradient_length", "step_max",
        "step_length"];

    /// <summary>The columns, with one for each named part of the loss, <c>term:NAME</c>.</summary>
    public static string HeaderOf(IReadOnlyList<string> terms) => Columns + string.Concat(terms.Select(term => "," + Cell($"term:{term}")));

    /// <summary>The numbers of an iteration, with those of named parts of the loss; an empty cell where there is none.</summary>
    public static string Line(LbfgsProgress p, IReadOnlyList<string> terms) => Line(p) + string.Concat(terms.Select(
        term => "," + (p.Terms.TryGetValue(term, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "")));

    public static string Line(LbfgsProgress p) => string.Create(CultureInfo.InvariantCulture,
        $"{p.Iteration},{p.Evaluations},{p.Loss:R},{p.GradientNorm:R},{p.GradientLength:R},{p.Step:R},{p.Seconds:0.######},{p.ValidationLoss:R}");

    /// <summary>The columns of variables, six for each; a name with a comma or a quote stands in quotes.</summary>
    public static string Header(IReadOnlyList<string> terms, IReadOnlyList<VariableNorms> variables) =>
        HeaderOf(terms) + string.Concat(variables.SelectMany(v => Norms.Select(norm => "," + Cell($"{v.Name}:{norm}"))));

    public static string Line(LbfgsProgress p, IReadOnlyList<string> terms, IReadOnlyList<VariableNorms> variables) => Line(p, terms)
        + string.Concat(variables.Select(v => string.Create(CultureInfo.InvariantCulture,
        $",{v.PositionMax:R},{v.PositionLength:R},{v.GradientMax:R},{v.GradientLength:R},{v.StepMax:R},{v.StepLength:R}")));

    private static string Cell(string text) => text.IndexOfAny([',', '"', '\n', '\r']) < 0 ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
