using System.Globalization;
using System.Text.RegularExpressions;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Keras.Layers;

/// <summary>A call as the reference data write it: <c>layer(x0, x1, use_causal_mask=True)</c>.</summary>
internal sealed partial record LayerCall(IReadOnlyList<Tensor> Inputs, CallArguments Arguments, bool? Training)
{
    public static LayerCall Parse(string text, IReadOnlyList<Tensor> inputs)
    {
        CallArguments arguments = new();
        // layer(x0, x0): one input in two places.
        if (text.StartsWith("layer(x0, x0", StringComparison.Ordinal))
            inputs = [inputs[0], inputs[0]];
        if (text.Contains("use_causal_mask=True", StringComparison.Ordinal))
            arguments.With("use_causal_mask", true);
        if (text.Contains("reverse=True", StringComparison.Ordinal))
            arguments.With("reverse", true);
        if (PerQuery().Match(text) is { Success: true } vector)
            arguments.With("attention_mask", PerQueryMask(vector.Groups[1].Value, inputs));
        else if (Mask().Match(text) is { Success: true } mask)
            arguments.With("mask", Matrix(mask.Groups[1].Value));
        return new LayerCall(inputs, arguments, text.Contains("training=True", StringComparison.Ordinal) ? true : null);
    }

    // [batch, queries, keys]: the same for every sample and query.
    private static Tensor PerQueryMask(string row, IReadOnlyList<Tensor> inputs)
    {
        int[] keys = Row(row);
        long[] shape = [inputs[0].Shape[0], inputs[0].Shape[1], keys.Length];
        return Booleans([.. Enumerable.Range(0, (int)(shape[0] * shape[1])).SelectMany(_ => keys)], shape);
    }

    private static Tensor Matrix(string text)
    {
        int[][] rows = [.. text.Trim('[', ']').Split("],[").Select(Row)];
        return Booleans([.. rows.SelectMany(row => row)], [rows.Length, rows[0].Length]);
    }

    private static Tensor Booleans(int[] values, long[] shape) => Tensor.From<bool>([.. values.Select(value => value == 1)], shape);

    private static int[] Row(string text) => [.. text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"attention_mask=\[([\d,]+)\] for every query")]
    private static partial Regex PerQuery();

    [GeneratedRegex(@"[( ]mask=(\[\[.*\]\])")]
    private static partial Regex Mask();
}
