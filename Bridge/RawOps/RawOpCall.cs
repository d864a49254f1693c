using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <summary>Makes an <see cref="Operation"/> of inputs and attributes, with what follows from the op's definition.</summary>
internal sealed class RawOpCall
{
    private readonly OpDefinition _definition;
    private readonly IReadOnlyList<Tensor> _inputs;
    private readonly Dictionary<string, AttributeValue> _attributes = new(StringComparer.Ordinal);

    public RawOpCall(OpDefinition definition, IReadOnlyList<Tensor> inputs, (string Name, AttributeValue Value)[] attributes)
    {
        _definition = definition;
        _inputs = inputs;
        foreach ((string name, AttributeValue value) in attributes)
        {
            OpDefinition.AttributeDefinition attribute = definition.Find(name) ?? throw Refuse(
                $"expected attributes from {Names(definition.Attributes)}, received '{name}'");
            _attributes[name] = Convert(attribute, value);
        }
    }

    /// <summary>The op, ready to be executed.</summary>
    public Operation Create()
    {
        int[] counts = CountInputs();
        InferAttributes(counts);
        OpDefinition.AttributeDefinition[] missing =
            [.. _definition.Attributes.Where(a => !a.HasDefault && !_attributes.ContainsKey(a.Name))];
        if (missing.Length > 0)
            throw Refuse($"expected the attribute{(missing.Length > 1 ? "s" : "")} {Names(missing)}, which the inputs do not determine, received {(_attributes.Count == 0 ? "none" : string.Join(", ", _attributes.Keys))}");
        Operation operation = new(_definition.Name, _definition.Outputs.Sum(CountOf), _definition.IsStateful);
        int next = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (_definition.Inputs[i].CountAttribute.Length == 0)
                operation.Input(_inputs[next]);
            else
                operation.InputList([.. _inputs.Skip(next).Take(counts[i])]);
            next += counts[i];
        }

        foreach ((string name, AttributeValue value) in _attributes)
            operation.Attribute(name, value);
        return operation;
    }

    /// <summary>How many tensors each input takes. At most one length may be left to follow from the number of all.</summary>
    private int[] CountInputs()
    {
        string[] open =
            [.. _definition.Inputs.Select(i => i.CountAttribute).Where(a => a.Length > 0 && !_attributes.ContainsKey(a)).Distinct()];
        int given = _definition.Inputs.Where(i => !open.Contains(i.CountAttribute)).Sum(CountOf);
        int rest = _inputs.Count - given;
        if (open.Length > 1)
            throw Refuse($"expected the attributes {string.Join(", ", open)}, all but one of them, to know how the {_inputs.Count} inputs are divided; received neither");
        int lists = open.Length == 0 ? 0 : _definition.Inputs.Count(i => i.CountAttribute == open[0]);
        if (lists == 0 ? rest != 0 : rest < 0 || rest % lists != 0)
        {
            string expected =
                string.Join(", ",
                _definition.Inputs.Select(i => i.Name + (i.CountAttribute.Length > 0 ? $" ({i.CountAttribute} tensors)" : "")));
            throw Refuse($"expected the inputs {(expected.Length == 0 ? "none" : expected)}, received {_inputs.Count}: {string.Join(", ", _inputs.Select(i => i.Describe()))}");
        }

        return [.. _definition.Inputs.Select(i => open.Contains(i.CountAttribute) ? rest / lists : CountOf(i))];
    }

    private void InferAttributes(int[] counts)
    {
        int next = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            OpDefinition.Argument input = _definition.Inputs[i];
            if (input.TypeListAttribute.Length > 0)
                _attributes.TryAdd(input.TypeListAttribute, (DType[])[.. _inputs.Skip(next).Take(counts[i]).Select(t => t.DType)]);
            if (input.NumberAttribute.Length > 0)
                _attributes.TryAdd(input.NumberAttribute, (long)counts[i]);
            if (input.TypeAttribute.Length > 0 && counts[i] > 0)
                _attributes.TryAdd(input.TypeAttribute, _inputs[next].DType);
            next += counts[i];
        }
    }

    /// <summary>How many tensors an input or output stands for.</summary>
    private int CountOf(OpDefinition.Argument argument)
    {
        if (argument.CountAttribute.Length == 0)
            return 1;
        if (!_attributes.TryGetValue(argument.CountAttribute, out AttributeValue value))
            return _definition.Find(argument.CountAttribute)!.DefaultCount;
        return argument.NumberAttribute.Length > 0 ? checked((int)value.AsInt()) : value.As<IReadOnlyList<DType>>().Count;
    }

    // An integer is a number too.
    private AttributeValue Convert(OpDefinition.AttributeDefinition attribute, AttributeValue value)
    {
        AttributeKind kind = KindOf(attribute.Type);
        if (value.Kind == kind)
            return value;
        if (kind == AttributeKind.Float && value.Kind == AttributeKind.Int)
            return (float)value.AsInt();
        if (kind == AttributeKind.Floats && value.Kind == AttributeKind.Ints)
            return (float[])[.. value.AsInts().Select(i => (float)i)];
        throw Refuse($"expected the attribute '{attribute.Name}' to be of type {attribute.Type}, received one of kind {value.Kind}");
    }

    private static AttributeKind KindOf(string type) => type switch
    {
        "bool" => AttributeKind.Bool,
        "int" => AttributeKind.Int,
        "float" => AttributeKind.Float,
        "string" => AttributeKind.Text,
        "type" => AttributeKind.Type,
        "shape" => AttributeKind.Shape,
        "tensor" => AttributeKind.Tensor,
        "func" => AttributeKind.Function,
        "list(bool)" => AttributeKind.Bools,
        "list(int)" => AttributeKind.Ints,
        "list(float)" => AttributeKind.Floats,
        "list(string)" => AttributeKind.Texts,
        "list(type)" => AttributeKind.Types,
        "list(shape)" => AttributeKind.Shapes,
        "list(func)" => AttributeKind.Functions,
        _ => throw new TfLbfgsException($"Attributes of type {type} cannot be given to the C API."),
    };

    private static string Names(IEnumerable<OpDefinition.AttributeDefinition> attributes) =>
        string.Join(", ", attributes.Select(a => $"'{a.Name}' ({a.Type})"));

    private TfLbfgsException Refuse(string what) => new($"RawOp.Execute: {_definition.Name}: {what}.");
}
