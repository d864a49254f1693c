using System.Text.RegularExpressions;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The equation of an <see cref="EinsumDense"/>, and the shapes that follow from it.</summary>
/// <param name="Input">The letters of the input.</param>
/// <param name="Kernel">The letters of the kernel.</param>
/// <param name="Output">The letters of the output.</param>
/// <param name="IsLeftElided">Whether further dimensions come first.</param>
/// <param name="IsRightElided">Whether further dimensions come last.</param>
internal sealed partial record EinsumEquation(string Input, string Kernel, string Output, bool IsLeftElided, bool IsRightElided)
{
    public bool IsElided => IsLeftElided || IsRightElided;

    /// <summary>Reads an equation; null where it is of another form.</summary>
    public static EinsumEquation? Parse(string text)
    {
        Match match = Form().Match(text.Replace(" ", "", StringComparison.Ordinal));
        if (!match.Success)
            return null;
        bool left = match.Groups[1].Length > 0, right = match.Groups[3].Length > 0;
        bool agrees = left == match.Groups[5].Length > 0 && right == match.Groups[7].Length > 0 && !(left && right);
        return agrees ? new EinsumEquation(match.Groups[2].Value, match.Groups[4].Value, match.Groups[6].Value, left, right) : null;
    }

    /// <summary>The shape of the kernel; -1 for sizes that are not known.</summary>
    public long[] KernelShape(Shape input, int?[] output) => [.. Kernel.Select(letter => SizeOf(letter, input, output))];

    /// <summary>The shape of the bias, from its first letter to the end of the output; 1 along the other letters.</summary>
    public long[] BiasShape(Shape input, int?[] output, string axes)
    {
        int first = axes.Min(letter => Output.IndexOf(letter, StringComparison.Ordinal));
        IEnumerable<long> sizes =
            Output[first..].Select(letter => axes.Contains(letter, StringComparison.Ordinal) ? SizeOf(letter, input, output) : 1);
        int elided = IsRightElided ? input.Rank - Input.Length : 0;
        return [.. sizes, .. Enumerable.Repeat(1L, elided)];
    }

    private long SizeOf(char letter, Shape input, int?[] output)
    {
        int place = Input.IndexOf(letter, StringComparison.Ordinal);
        if (place >= 0)
            return input[IsLeftElided ? input.Rank - Input.Length + place : place];
        place = Output.IndexOf(letter, StringComparison.Ordinal);
        // The shape of the output is given without the batch, which is the first letter where nothing is elided before it.
        int index = IsLeftElided ? output.Length - Output.Length + place : place - 1;
        return index >= 0 && index < output.Length ? output[index] ?? -1 : -1;
    }

    [GeneratedRegex(@"^(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?$")]
    private static partial Regex Form();
}
