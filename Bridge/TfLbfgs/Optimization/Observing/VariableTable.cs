using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>The norms of variables as lines of text.</summary>
internal static class VariableTable
{
    private const int NameWidth = 32;

    /// <summary>A header and a line for each variable.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<VariableNorms> variables)
    {
        yield return $"    {"variable",-NameWidth}  {"max |x|",9}  {"max |g|",9}  {"|g|",9}  {"max |dx|",9}";
        foreach (VariableNorms v in variables)
            yield return Invariant(
                $"    {v.Name,-NameWidth}  {v.PositionMax,9:0.00e+00}  {v.GradientMax,9:0.00e+00}  {v.GradientLength,9:0.00e+00}  {v.StepMax,9:0.00e+00}");
    }
}
