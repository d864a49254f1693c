using System.Text.Json;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The arguments of one call of an operation layer: those of the call, and fields of its configuration in Keras 3.</summary>
internal sealed class OperationCall(string owner, CallArguments arguments, JsonElement? config)
{
    /// <summary>The tensors in the order of the parameters: inputs, tensors by name and constants.</summary>
    public IReadOnlyList<Tensor> Tensors(IReadOnlyList<Tensor> inputs, IReadOnlyList<string> parameters)
    {
        if (parameters.Count == 0)
            return inputs;
        Tensor like = inputs.Concat(arguments.AllTensors).First();
        Queue<Tensor> left = new(inputs);
        List<Tensor> result = [];
        for (int i = 0; i < parameters.Count; i++)
        {
            JsonElement? constant = Find(parameters[i]) ?? Find($"#{i}");
            if (arguments.Tensor(parameters[i]) is { } named)
                result.Add(named);
            else if (constant is { ValueKind: JsonValueKind.Number } number)
                result.Add(Tensor.Scalar(number.GetDouble(), like.DType));
            else if (left.TryDequeue(out Tensor? input))
                result.Add(input);
            else
                throw new TfLbfgsException($"{owner}: expected the tensors {string.Join(", ", parameters)}, received {inputs.Count}.");
        }

        return result;
    }

    public long? Integer(string name) => Find(name) is { ValueKind: JsonValueKind.Number } value ? value.GetInt64() : null;

    /// <summary>A list of integers, or one alone; null where it is not given.</summary>
    public long[]? Integers(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Number } single => [single.GetInt64()],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? -1 : item.GetInt64())],
        _ => null,
    };

    /// <summary>A shape that Keras 3 states.</summary>
    public long[] WithBatch(string name, Tensor input) => Integers(name) ?? throw new TfLbfgsException($"{owner}: expected the shape of a reshape of {input.Describe()}, received none.");

    public bool Flag(string name) => arguments.Flag(name) || Find(name) is { ValueKind: JsonValueKind.True };

    private JsonElement? Find(string name)
    {
        if (arguments.Values.TryGetValue(name, out JsonElement value))
            return value;
        return config is { } fields && fields.TryGetProperty(name, out JsonElement field) && field.ValueKind != JsonValueKind.Null ? field : null;
    }
}
