using System.Globalization;
using System.Text;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Parameters;

/// <summary>
/// How variables lie in one flat vector: one after the other, each row-major. Immutable. In the seed's recipe: the shapes, <c>idx</c> and <c>part</c> of the function factory.
/// </summary>
public sealed class ParameterLayout
{
    private ParameterLayout(IReadOnlyList<ParameterSlot> slots, DType dtype)
    {
        Slots = slots;
        DType = dtype;
        Count = slots.Sum(slot => slot.Size);
    }

    /// <summary>One entry per variable, in order.</summary>
    public IReadOnlyList<ParameterSlot> Slots { get; }

    /// <summary>The dtype of the vector, which is that of every variable.</summary>
    public DType DType { get; }

    /// <summary>The length of the vector.</summary>
    public long Count { get; }

    /// <summary>Lays variables out in the given order.</summary>
    /// <param name="variables">At least one; all of one dtype, with known shapes.</param>
    /// <returns>The layout.</returns>
    /// <exception cref="TfLbfgsException">There is none, or they are of several dtypes; the message names them.</exception>
    public static ParameterLayout Of(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return Of([.. variables.Select(v => (v.Name, v.Shape, v.DType))]);
    }

    /// <summary>Lays named shapes out in the given order.</summary>
    /// <param name="parameters">Name, shape and dtype of each; at least one, all of one dtype.</param>
    /// <returns>The layout.</returns>
    /// <exception cref="TfLbfgsException">There is none, or they are of several dtypes; the message names them.</exception>
    public static ParameterLayout Of(IReadOnlyList<(string Name, Shape Shape, DType DType)> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Count == 0)
            throw new TfLbfgsException("Expected at least one variable to lay out, received none. Build the model first, and leave at least one layer trainable.");
        DType dtype = parameters[0].DType;
        if (parameters.Any(p => p.DType != dtype))
        {
            IEnumerable<string> groups = parameters.GroupBy(p => p.DType).Select(g => $"{g.Key.PythonName}: {string.Join(", ", g.Select(p => p.Name))}");
            throw new TfLbfgsException($"Expected variables of one dtype, received {string.Join("; ", groups)}. Load or build the model in one dtype.");
        }

        List<ParameterSlot> slots = [];
        long offset = 0;
        foreach ((string name, Shape shape, _) in parameters)
        {
            long size = shape.ElementCount;
            slots.Add(new ParameterSlot(name, shape, dtype, offset, size));
            offset += size;
        }

        return new ParameterLayout(slots, dtype);
    }

    /// <summary>A table with name, shape, dtype, offset and size of each variable.</summary>
    /// <returns>The text, several lines.</returns>
    public override string ToString()
    {
        int nameWidth = Math.Max(8, Slots.Max(s => s.Name.Length));
        int shapeWidth = Math.Max(5, Slots.Max(s => s.Shape.ToString().Length));
        StringBuilder table = new();
        string header = string.Create(CultureInfo.InvariantCulture, $"{"variable".PadRight(nameWidth)}  {"shape".PadRight(shapeWidth)}  {"dtype",-8}  {"offset",10}  {"size",10}");
        table.AppendLine(header).AppendLine(new string('-', header.Length));
        foreach (ParameterSlot slot in Slots)
        {
            table.AppendLine(CultureInfo.InvariantCulture,
                $"{slot.Name.PadRight(nameWidth)}  {slot.Shape.ToString().PadRight(shapeWidth)}  {slot.DType.PythonName,-8}  {slot.Offset,10}  {slot.Size,10}");
        }

        table.Append(CultureInfo.InvariantCulture, $"{Slots.Count} variables, {Count} parameters");
        return table.ToString();
    }
}
