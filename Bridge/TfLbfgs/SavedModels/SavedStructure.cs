using System.Globalization;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Tensors;

namespace TfLbfgs.SavedModels;

/// <summary>
/// The tensors of a nested structure of Python in their order, named by their places in it. Python: <c>tf.nest.flatten</c>.
/// </summary>
internal static class SavedStructure
{
    /// <summary>The tensors of a structure.</summary>
    /// <param name="value">The structure; null: none.</param>
    /// <param name="name">The name of a tensor that stands alone.</param>
    public static List<TensorSpec> Flatten(StructuredValue? value, string name)
    {
        List<TensorSpec> specs = [];
        if (value is not null)
            Add(specs, value, "", name, namesItself: false);
        return specs;
    }

    /// <summary>The arguments of a function: positional ones by their names, then named ones.</summary>
    /// <param name="signature">A tuple of a tuple and a dictionary.</param>
    /// <param name="names">The names of positional arguments, as far as they are known.</param>
    public static List<TensorSpec> Arguments(StructuredValue? signature, IReadOnlyList<string> names)
    {
        List<TensorSpec> specs = [];
        if (signature?.TupleValue is not { Values: [{ } positional, { } named] })
            return specs;
        StructuredValue[] values = positional.TupleValue?.Values.ToArray() ?? [];
        for (int i = 0; i < values.Length; i++)
            Add(specs, values[i], i < names.Count
                ? names[i] : "", string.Create(CultureInfo.InvariantCulture, $"argument_{i}"), namesItself: true);
        Add(specs, named, "", "argument", namesItself: true);
        return specs;
    }

    private static void Add(List<TensorSpec> specs, StructuredValue value, string path, string lone, bool namesItself)
    {
        switch (value.KindCase)
        {
            case StructuredValue.KindOneofCase.TensorSpecValue:
                TensorSpecProto spec = value.TensorSpecValue;
                string own = path.Length > 0 ? path : namesItself && spec.Name.Length > 0 ? spec.Name : lone;
                specs.Add(new TensorSpec(own, NodeAttributes.DTypeOf(spec.Dtype), NodeAttributes.ShapeOf(spec.Shape)));
                break;
            case StructuredValue.KindOneofCase.TypeSpecValue:
                // The tensors that a ragged or sparse one consists of.
                AddComponents(specs, value.TypeSpecValue, path.Length > 0 ? path : lone);
                break;
            case StructuredValue.KindOneofCase.ListValue:
                AddAll(value.ListValue.Values.Select((element, i) => (Number(i), element)));
                break;
            case StructuredValue.KindOneofCase.TupleValue:
                AddAll(value.TupleValue.Values.Select((element, i) => (Number(i), element)));
                break;
            case StructuredValue.KindOneofCase.NamedTupleValue:
                AddAll(value.NamedTupleValue.Values.Select(pair => (pair.Key, pair.Value)));
                break;
            case StructuredValue.KindOneofCase.DictValue:
                AddAll(
                    value.DictValue.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => (field.Key, field.Value)));
                break;
        }

        void AddAll(IEnumerable<(string Name, StructuredValue Value)> elements)
        {
            foreach ((string name, StructuredValue element) in elements)
                Add(specs, element, path.Length > 0 ? $"{path}/{name}" : name, lone, namesItself);
        }
    }

    private static void AddComponents(List<TensorSpec> specs, TypeSpecProto type, string path)
    {
        for (int i = 0; i < Math.Min(type.NumFlatComponents, 16); i++)
            specs.Add(new TensorSpec(string.Create(CultureInfo.InvariantCulture, $"{path}/{i}"), Runtime.DType.Invalid, Shape.Unknown));
    }

    private static string Number(int index) => index.ToString(CultureInfo.InvariantCulture);
}
