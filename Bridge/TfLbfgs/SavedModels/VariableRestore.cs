using TfLbfgs.Formats;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.SavedModels;

/// <summary>
/// What a graph does to restore its variables, with the checkpoint read by <see cref="TensorBundleReader"/>; remembers which key each
/// variable received.
/// </summary>
internal sealed class VariableRestore(TensorBundleReader bundle, string prefix)
{
    private readonly Dictionary<long, string> _keys = [];
    private readonly Dictionary<long, (string Key, Shape Shape)> _assigned = [];

    /// <summary>The key and the shape of the value that a variable received; null: none.</summary>
    public (string Key, Shape Shape)? ReceivedBy(Tensor resource) =>
        _assigned.TryGetValue(resource.Id, out (string, Shape) received) ? received : null;

    /// <summary>Reads tensors of the checkpoint: what the op <c>RestoreV2</c> does.</summary>
    public Tensor[] Read(NodeDef node, Tensor[] inputs)
    {
        if (inputs.Length != 3 || inputs[0].ToStrings() is not [string from] || from != prefix)
            throw new TfLbfgsException(
                $"{prefix}: node '{node.Name}' restores variables of another checkpoint. The file is damaged or hostile.");
        string[] names = inputs[1].ToStrings(), slices = inputs[2].ToStrings();
        int[] dtypes = node.Attr.TryGetValue("dtypes", out AttrValue? value) ? [.. value.List?.Type ?? []] : [];
        if (names.Length != slices.Length || names.Length != dtypes.Length)
            throw new TfLbfgsException($"{prefix}: node '{node.Name}' restores {names.Length} names with {slices.Length} slices and "
                + $"{dtypes.Length} dtypes. The file is damaged; save it again.");
        Tensor[] tensors = new Tensor[names.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = Read(names[i], slices[i], NodeAttributes.DTypeOf(dtypes[i]));
            _keys[tensors[i].Id] = names[i];
        }

        return tensors;
    }

    /// <summary>Reads one tensor of the checkpoint.</summary>
    public Tensor Read(string name) => Read(name, "", bundle.DTypeOf(name) ?? DType.Invalid);

    /// <summary>Remembers that a tensor was computed from another one.</summary>
    public void Follow(Tensor[] inputs, Tensor[] outputs)
    {
        if (inputs.Length > 0 && outputs.Length == 1 && _keys.TryGetValue(inputs[0].Id, out string? key))
            _keys[outputs[0].Id] = key;
    }

    /// <summary>Remembers what a variable received.</summary>
    public void Assigned(Tensor resource, Tensor value)
    {
        if (_keys.TryGetValue(value.Id, out string? key))
            _assigned[resource.Id] = (key, value.Shape);
    }

    private Tensor Read(string name, string slice, DType dtype)
    {
        DType found = bundle.DTypeOf(name) ?? throw new FileFormatException(
            prefix, name, "no such tensor", "the value of a variable", "The SavedModel is incomplete; copy or save all of it again.");
        if (found != dtype)
            throw new FileFormatException(prefix, name, found.PythonName, $"{dtype.PythonName}, which the graph restores",
                "The files do not belong together; copy or save all of the SavedModel again.");
        if (slice.Length == 0 && bundle.Array(name) is { } array)
            return Tensor.FromBytes(array.DType, (long[])[.. array.Shape], array, static (bytes, stored) => stored.Read(bytes));
        // Texts, and slices of variables that were distributed.
        return RawOps.RestoreV2(Tensor.FromStrings([prefix], Shape.Scalar), Tensor.FromStrings([name]), Tensor.FromStrings([slice]),
            [dtype])[0];
    }
}
