using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>One recorded op: its inputs, outputs, gradients and second gradients.</summary>
internal sealed class OpCase
{
    private readonly JsonElement _json;
    private readonly List<(int Start, int Count)> _lists = [];

    public OpCase(JsonElement json)
    {
        _json = json;
        Id = json.GetProperty("id").GetString()!;
        Op = json.GetProperty("op").GetString()!;
        List<ReferenceTensor> inputs = [];
        foreach (JsonElement input in json.GetProperty("inputs").EnumerateArray())
        {
            if (input.TryGetProperty("list", out JsonElement list))
            {
                _lists.Add((inputs.Count, list.GetArrayLength()));
                inputs.AddRange(list.EnumerateArray().Select(item => new ReferenceTensor(item)));
            }
            else
            {
                inputs.Add(new ReferenceTensor(input));
            }
        }

        Inputs = [.. inputs];
        Outputs = [.. json.GetProperty("outputs").EnumerateArray().Select(ReferenceTensor.From)];
    }

    public string Id { get; }

    public string Op { get; }

    public ReferenceTensor[] Inputs { get; }

    public ReferenceTensor?[] Outputs { get; }

    /// <summary>Whether an input is complex.</summary>
    public bool HasComplex => Array.Exists(Inputs, input => input.DType.IsComplex);

    /// <summary>Whether a floating-point input has an element for which something holds.</summary>
    public bool HasElement(Predicate<double> condition)
    {
        using TensorScope scope = new();
        return Array.Exists(Inputs, input => input.DType.IsFloating && Array.Exists(input.ToTensor().ToDoubles(), condition));
    }

    /// <summary>Whether a gradient was asked for when the case was recorded.</summary>
    public bool HasUpstream => _json.TryGetProperty("upstream", out _);

    /// <summary>Whether a boolean attribute was recorded as true; when it was not recorded, what the op takes by default.</summary>
    public bool Flag(string attribute, bool byDefault = false) =>
        _json.GetProperty("attrs").TryGetProperty(attribute, out JsonElement value) ? value.ValueKind == JsonValueKind.True : byDefault;

    /// <summary>
    /// The outputs that the op's kernel computes. It leaves the others as the memory happens to be, so that their recorded values mean
    /// nothing.
    /// </summary>
    public int ComputedOutputs => Op switch
    {
        // What follows is scratch that the forward kernel leaves to the gradient's.
        _ when Op.StartsWith("FusedBatchNorm", StringComparison.Ordinal) => 3,
        "SelfAdjointEigV2" or "Eig" when !Flag("compute_v", byDefault: true) => 1,
        "Svd" when !Flag("compute_uv", byDefault: true) => 1,
        _ => Outputs.Length,
    };

    /// <summary>Whether gradients were recorded; TensorFlow has none for some ops.</summary>
    public bool HasGradients => _json.TryGetProperty("grads", out _);

    /// <summary>Whether second gradients were recorded.</summary>
    public bool HasSecond => _json.TryGetProperty("second", out _);

    /// <summary>The upstream gradient of each output.</summary>
    public ReferenceTensor?[] Upstream => Flat("upstream");

    /// <summary>The gradient of each input.</summary>
    public ReferenceTensor?[] Gradients => Flat("grads");

    /// <summary>The vectors that the second order is taken along.</summary>
    public ReferenceTensor?[] Directions => Flat("v");

    /// <summary>The second gradient of each input.</summary>
    public ReferenceTensor?[] Second => Flat("second");

    /// <summary>The gradient of the first gradient with respect to each upstream gradient.</summary>
    public ReferenceTensor?[] SecondUpstream => Flat("second_upstream");

    /// <summary>Runs the op on given inputs.</summary>
    public Tensor[] Execute(Tensor[] inputs)
    {
        // The eager runtime infers nothing from two lists of one length.
        Tensor[] half = inputs[..(inputs.Length / 2)], other = inputs[(inputs.Length / 2)..];
        if (Op == "DynamicStitch")
            return [RawOps.DynamicStitch(half, other)];
        if (Op == "ParallelDynamicStitch")
            return [RawOps.ParallelDynamicStitch(half, other)];
        if (Op == "SparseConcat")
        {
            int third = inputs.Length / 3;
            RawOps.SparseConcatOutputs joined = RawOps.SparseConcat(
                inputs[..third], inputs[third..(2 * third)], inputs[(2 * third)..],
                    _json.GetProperty("attrs").GetProperty("concat_dim").GetInt64());
            return [joined.OutputIndices, joined.OutputValues, joined.OutputShape];
        }

        Operation operation = new(Op, Outputs.Length);
        int next = 0;
        foreach ((int start, int count) in _lists)
        {
            for (; next < start; next++)
                operation.Input(inputs[next]);
            operation.InputList(inputs[start..(start + count)]);
            next = start + count;
        }

        for (; next < inputs.Length; next++)
            operation.Input(inputs[next]);
        foreach (JsonProperty attribute in _json.GetProperty("attrs").EnumerateObject())
            Attributes.Set(operation, attribute.Name, attribute.Value);
        return operation.Execute();
    }

    /// <summary>
    /// Computes everything that was recorded: outputs, gradients, second gradients with respect to the inputs and to the upstream
    /// gradients.
    /// </summary>
    public (Tensor?[] Outputs, Tensor?[]? Gradients, Tensor?[]? Second, Tensor?[]? SecondUpstream) Compute(Tensor[] x, Tensor?[] upstream,
        Tensor?[] directions)
    {
        if (!HasGradients)
            return (Execute(x), null, null, null);
        int[] sources = [.. Enumerable.Range(0, x.Length).Where(i => x[i].DType.IsDifferentiable)];
        int[] targets = [.. Enumerable.Range(0, upstream.Length).Where(i => upstream[i] is not null)];
        Tensor[] watched = Array.ConvertAll(sources, i => x[i]);
        Tensor[] weights = Array.ConvertAll(targets, i => upstream[i]!);
        using GradientTape outer = new();
        foreach (Tensor tensor in (Tensor[])[.. watched, .. weights])
            outer.Watch(tensor);
        Tensor[] y;
        Tensor?[] first;
        using (GradientTape inner = new())
        {
            foreach (Tensor tensor in watched)
                inner.Watch(tensor);
            y = Execute(x);
            first = Spread(inner.GradientOrNull(Array.ConvertAll(targets, i => y[i]), watched, weights), sources, x.Length);
        }

        if (!HasSecond)
            return (y, first, null, null);
        Tensor? sum = null;
        for (int i = 0; i < x.Length; i++)
        {
            if (first[i] is { } g && directions[i] is { } v)
            {
                Tensor term = Inner(g, v);
                sum = sum is null ? term : sum + term;
            }
        }

        Tensor?[] second = outer.GradientOrNull([sum!], [.. watched, .. weights]);
        return (y, first, Spread(second[..sources.Length], sources, x.Length), Spread(second[sources.Length..], targets, upstream.Length));
    }

    /// <summary>Re sum(g conj(v)) in float64.</summary>
    private static Tensor Inner(Tensor g, Tensor v)
    {
        Tensor product = g.DType.IsComplex
            ? RawOps.Real(g * RawOps.Conj(v), g.DType == DType.Complex64 ? DType.Float32 : DType.Float64) : g * v;
        using Tensor axes = Tensor.Vector([.. Enumerable.Range(0, product.Rank).Select(i => (long)i)]);
        return RawOps.Cast(RawOps.Sum(product, axes), DType.Float64);
    }

    private static Tensor?[] Spread(Tensor?[] values, int[] places, int length)
    {
        Tensor?[] result = new Tensor?[length];
        for (int i = 0; i < places.Length; i++)
            result[places[i]] = values[i];
        return result;
    }

    private ReferenceTensor?[] Flat(string name) => !_json.TryGetProperty(name, out JsonElement values)
        ? []
        : [.. values.EnumerateArray()
            .SelectMany(v => v.ValueKind == JsonValueKind.Array
            ? v.EnumerateArray().Select(ReferenceTensor.From) : [ReferenceTensor.From(v)])];

    private static class Attributes
    {
        public static void Set(Operation operation, string name, JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.True or JsonValueKind.False:
                    operation.Attribute(name, value.GetBoolean());
                    break;
                case JsonValueKind.Number:
                    operation.Attribute(name, value.GetInt64());
                    break;
                case JsonValueKind.String:
                    operation.Attribute(name, value.GetString()!);
                    break;
                case JsonValueKind.Array:
                    SetList(operation, name, [.. value.EnumerateArray()]);
                    break;
                default:
                    if (value.TryGetProperty("type", out JsonElement type))
                        operation.Attribute(name, TypeOf(type));
                    else if (value.TryGetProperty("shape", out JsonElement shape))
                        operation.Attribute(name, ShapeOf(shape));
                    else
                        operation.Attribute(name, FloatOf(value));
                    break;
            }
        }

        private static void SetList(Operation operation, string name, JsonElement[] values)
        {
            if (Array.Exists(values, v => v.ValueKind == JsonValueKind.Null))
                operation.Attribute(name, Dims(values));
            else if (values.Length == 0 || values[0].ValueKind == JsonValueKind.Number)
                operation.Attribute(name, (IReadOnlyList<long>)Array.ConvertAll(values, v => v.GetInt64()));
            else if (values[0].ValueKind == JsonValueKind.String)
                operation.Attribute(name, Array.ConvertAll(values, v => v.GetString()!));
            else if (values[0].TryGetProperty("type", out _))
                operation.Attribute(name, Array.ConvertAll(values, v => TypeOf(v.GetProperty("type"))));
            else if (values[0].TryGetProperty("shape", out _))
                operation.Attribute(name, Array.ConvertAll(values, v => ShapeOf(v.GetProperty("shape"))));
            else
                operation.Attribute(name, Array.ConvertAll(values, FloatOf));
        }

        private static DType TypeOf(JsonElement name) => DTypeFacts.FromPythonName(name.GetString()!)!.Value;

        private static Shape? ShapeOf(JsonElement dims) => dims.ValueKind == JsonValueKind.Null
            ? null
            : Dims([.. dims.EnumerateArray()]);

        private static Shape Dims(JsonElement[] dims) =>
            Shape.Create([.. dims.Select(d => d.ValueKind == JsonValueKind.Null ? -1 : d.GetInt64())]);

        private static float FloatOf(JsonElement value)
        {
            JsonElement number = value.GetProperty("float");
            Assert.True(number.ValueKind == JsonValueKind.Number, $"float attribute {number}");
            return (float)number.GetDouble();
        }
    }
}
