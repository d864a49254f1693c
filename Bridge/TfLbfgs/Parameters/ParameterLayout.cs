using System.Globalization;
using System.Text;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Parameters;

/// <summary>
/// How variables lie in one flat vector: one after the other, each row-major. Immutable. In the Python recipe: the shapes, <c>idx</c> and
/// <c>part</c> of the function factory.
/// Variables without elements take no room; a variable that several layers share stands once. A complex number takes two places: its real
/// part, then its imaginary part.
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

    /// <summary>
    /// The dtype of the vector: that of every variable (for complex ones, that of their parts), or the one to which they are lifted.
    /// </summary>
    public DType DType { get; }

    /// <summary>Whether a variable, or its real and imaginary part, has another dtype than the vector.</summary>
    public bool IsLifted => Slots.Any(slot => slot.DType.RealPart != DType);

    /// <summary>The shape of each variable, in order. In the seed: <c>shapes</c>.</summary>
    public IReadOnlyList<Shape> Shapes => [.. Slots.Select(slot => slot.Shape)];

    /// <summary>The length of the vector.</summary>
    public long Count { get; }

    /// <summary>Lays variables out in the given order.</summary>
    /// <param name="variables">At least one, each once; all of one dtype unless they are lifted.</param>
    /// <param name="lift">The dtype of the vector, at least as wide as that of every variable, such as float64 for variables of float32;
    /// null (default): that of the variables.</param>
    /// <returns>The layout.</returns>
    /// <exception cref="TfLbfgsException">There is none, one stands twice, they are of several dtypes and not lifted, or lifting would
    /// round; the message names them.</exception>
    public static ParameterLayout Of(IReadOnlyList<Variable> variables, DType? lift = null)
    {
        ArgumentNullException.ThrowIfNull(variables);
        HashSet<Variable> seen = new(ReferenceEqualityComparer.Instance);
        if (variables.FirstOrDefault(v => !seen.Add(v)) is { } twice)
            throw new TfLbfgsException($"Expected each variable once, received {twice.Name} twice. A variable that several layers share "
                + "has one place in the vector: take Distinct() of the list.");
        return Of([.. variables.Select(v => (v.Name, v.Shape, v.DType))], lift);
    }

    /// <summary>Lays named shapes out in the given order.</summary>
    /// <param name="parameters">Name, shape and dtype of each; at least one, all of one dtype unless they are lifted.</param>
    /// <param name="lift">The dtype of the vector, at least as wide as that of every variable, such as float64 for variables of float32;
    /// null (default): that of the variables.</param>
    /// <returns>The layout.</returns>
    /// <exception cref="TfLbfgsException">There is none, they are of several dtypes and not lifted, or lifting would round; the message
    /// names them.</exception>
    public static ParameterLayout Of(IReadOnlyList<(string Name, Shape Shape, DType DType)> parameters, DType? lift = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Count == 0)
            throw new TfLbfgsException(
                "Expected at least one variable to lay out, received none. Build the model first, and leave at least one layer trainable.");
        DType dtype = lift ?? parameters[0].DType.RealPart;
        if (lift is null && parameters.Any(p => p.DType.RealPart != dtype))
        {
            throw new TfLbfgsException(
                $"Expected variables of one dtype, received {Groups(parameters)}. Load or build the model in one dtype, or lift them to "
                    + "one vector (ParameterLayout.Of with lift, ObjectiveOptions.VectorDType).");
        }

        if (parameters.Where(p => !Holds(dtype, p.DType.RealPart)).ToArray() is { Length: > 0 } tooWide)
            throw new TfLbfgsException(
                $"Expected variables whose values {dtype.PythonName} holds exactly, received {Groups(tooWide)}. Lift them to float64.");
        List<ParameterSlot> slots = [];
        long offset = 0;
        foreach ((string name, Shape shape, DType own) in parameters)
        {
            long size = shape.ElementCount * (own.IsComplex ? 2 : 1);
            slots.Add(new ParameterSlot(name, shape, own, offset, size));
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
        string header =
            string.Create(CultureInfo.InvariantCulture,
            $"{"variable".PadRight(nameWidth)}  {"shape".PadRight(shapeWidth)}  {"dtype",-8}  {"offset",10}  {"size",10}");
        table.AppendLine(header).AppendLine(new string('-', header.Length));
        foreach (ParameterSlot slot in Slots)
        {
            table.AppendLine(CultureInfo.InvariantCulture,
                $"{slot.Name.PadRight(nameWidth)}  {slot.Shape.ToString().PadRight(shapeWidth)}  {slot.DType.PythonName,-8}  "
                    + $"{slot.Offset,10}  {slot.Size,10}");
        }

        table.Append(CultureInfo.InvariantCulture,
            $"{Slots.Count} variables, {Count} parameters{(IsLifted ? $", in a vector of {DType.PythonName}" : "")}");
        return table.ToString();
    }

    private static string Groups(IEnumerable<(string Name, Shape Shape, DType DType)> parameters) =>
        string.Join("; ", parameters.GroupBy(p => p.DType).Select(g => $"{g.Key.PythonName}: {string.Join(", ", g.Select(p => p.Name))}"));

    /// <summary>Whether every value of a dtype is one of the wider dtype.</summary>
    private static bool Holds(DType wide, DType narrow) => wide == narrow || wide switch
    {
        DType.Float64 => narrow is DType.Float32 or DType.Float16 or DType.BFloat16,
        DType.Float32 => narrow is DType.Float16 or DType.BFloat16,
        _ => false,
    };
}
