using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Several cells as one: each takes the output of the one before. Python: <c>tf.keras.layers.StackedRNNCells</c>.</summary>
public sealed class StackedRNNCells : RecurrentCell
{
    private IReadOnlyList<RecurrentCell> _cells = [];

    /// <summary>Creates a cell.</summary>
    /// <param name="cells">The cells, the first of which takes the input; owned by this one.</param>
    /// <param name="name">The name; null: the layer names it.</param>
    /// <param name="dtype">The dtype; null: that of the layer.</param>
    /// <exception cref="TfLbfgsException">There is no cell.</exception>
    public StackedRNNCells(IReadOnlyList<RecurrentCell> cells, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(cells);
        _cells = [.. cells];
        CheckFields();
    }

    internal StackedRNNCells()
    {
    }

    /// <summary>The cells.</summary>
    public IReadOnlyList<RecurrentCell> Cells => _cells;

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Shape> StateShapes(Shape inputShape)
    {
        List<Shape> shapes = [];
        foreach (RecurrentCell cell in _cells)
        {
            shapes.AddRange(cell.StateShapes(inputShape));
            inputShape = Next(cell, inputShape);
        }

        return shapes;
    }

    /// <inheritdoc/>
    protected internal override Shape StepOutputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        return Shape.Create(_cells.Aggregate(inputShape, (shape, cell) => Next(cell, shape)).ToArray().AsSpan()[1..]);
    }

    /// <inheritdoc/>
    protected internal override Tensor PrepareInputs(Tensor inputs, IReadOnlyList<Tensor> constants, CallContext context) =>
        _cells[0].PrepareInputs(inputs, Of(constants, 0), context);

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Tensor> BeginSequence(Tensor inputs, CallContext context) =>
        new CellConstants([.. _cells.Select(cell => cell.BeginSequence(inputs, context))]);

    /// <inheritdoc/>
    protected internal override (Tensor Output, IReadOnlyList<Tensor> States) Step(
        Tensor input, IReadOnlyList<Tensor> states, IReadOnlyList<Tensor> constants, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(constants);
        List<Tensor> after = [];
        int state = 0;
        for (int i = 0; i < _cells.Count; i++)
        {
            RecurrentCell cell = _cells[i];
            int count = cell.StateShapes(cell.InputShape!).Count;
            // The first cell's input was prepared for all steps at once.
            Tensor prepared = i == 0 ? input : cell.PrepareInputs(input, Of(constants, i), context);
            (input, IReadOnlyList<Tensor> next) = cell.Step(prepared, [.. states.Skip(state).Take(count)], Of(constants, i), context);
            after.AddRange(next);
            state += count;
        }

        return (input, after);
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        foreach (RecurrentCell cell in _cells)
        {
            cell.Build(inputShape);
            inputShape = Next(cell, inputShape);
        }
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Components("cells", ref _cells, required: true);
        if (_cells.Count == 0)
            throw fields.Fail("at least one cell, received none");
    }

    private static Shape Next(RecurrentCell cell, Shape inputShape) => Shape.Create([inputShape[0], .. cell.StepOutputShape(inputShape)]);

    private static IReadOnlyList<Tensor> Of(IReadOnlyList<Tensor> constants, int cell) => ((CellConstants)constants).Parts[cell];

    /// <summary>The constants of all cells, which also know to which cell they belong.</summary>
    private sealed class CellConstants(IReadOnlyList<IReadOnlyList<Tensor>> parts) : List<Tensor>(parts.SelectMany(part => part))
    {
        public IReadOnlyList<IReadOnlyList<Tensor>> Parts => parts;
    }
}
