using System.Text;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>An attribute of an op that is called natively: a dtype, an integer or a boolean.</summary>
internal sealed unsafe class BareAttribute
{
    private readonly byte[] _name;
    private readonly AttributeKind _kind;
    private readonly long _value;

    /// <summary>Takes an attribute of an op of ours.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public BareAttribute(OperationAttribute attribute)
    {
        _name = [.. Encoding.UTF8.GetBytes(attribute.Name), 0];
        _kind = attribute.Value.Kind;
        _value = _kind switch
        {
            AttributeKind.Type => (long)attribute.Value.AsType(),
            AttributeKind.Int => attribute.Value.AsInt(),
            AttributeKind.Bool => attribute.Value.AsBool() ? 1 : 0,
            _ => throw new InvalidOperationException(
                $"The attribute {attribute.Name} is of kind {_kind}: teach BareAttribute to write it."),
        };
    }

    /// <summary>Writes it.</summary>
    public void Write(nint op)
    {
        fixed (byte* name = _name)
        {
            if (_kind == AttributeKind.Type)
                BareApi.SetType(op, name, (int)_value);
            else if (_kind == AttributeKind.Int)
                BareApi.SetInt(op, name, _value);
            else
                BareApi.SetBool(op, name, (byte)_value);
        }
    }
}
