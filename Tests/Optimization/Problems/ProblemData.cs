using System.Text.Json;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>The loss of a problem at a position, shape [n]: written with tensor operations alone.</summary>
internal delegate Tensor ProblemLoss(Tensor x, ProblemData data);

/// <summary>The arrays that belong to a problem.</summary>
internal sealed class ProblemData(JsonElement data)
{
    private readonly Dictionary<string, JsonElement> _entries = data.EnumerateObject()
        .ToDictionary(entry => entry.Name, entry => entry.Value);

    /// <summary>An array as a tensor: a constant where a function is traced.</summary>
    public Tensor this[string name] =>
        Tensor.From<double>(Numbers(_entries[name]), [.. _entries[name].GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())]);

    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>A number, stored as such or as an array of one element.</summary>
    public double Number(string name) =>
        _entries[name] is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : Numbers(_entries[name])[0];

    /// <summary>The elements of an encoded array.</summary>
    public static double[] Numbers(JsonElement array) =>
        [.. array.GetProperty("data").EnumerateArray().Select(number => number.GetDouble())];
}
