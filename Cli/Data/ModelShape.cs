using TfLbfgs.Cli.Output;
using TfLbfgs.Keras;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Data;

/// <summary>How many numbers per row a model takes and gives; tables of numbers suit models of one input and one output only.</summary>
/// <param name="Inputs">The numbers that it takes.</param>
/// <param name="Outputs">The numbers that it gives.</param>
internal readonly record struct ModelShape(long Inputs, long Outputs)
{
    /// <summary>Checks that a model suits the columns of a table.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="columns">The input columns.</param>
    /// <exception cref="TfLbfgsException">It has several inputs or outputs, other dimensions than rows and columns, or another number of
    /// inputs.</exception>
    public static ModelShape Check(Model model, string path, IReadOnlyList<string> columns)
    {
        if (model.InputCount != 1 || model.OutputCount != 1)
            throw new TfLbfgsException($"{path}: expected a model with one input and one output, received {model.InputCount} inputs and "
                + $"{model.OutputCount} outputs.");
        if (!model.IsBuilt)
            model.Build(Shape.Create([-1, columns.Count]));
        Shape input = model.InputShape!, output = model.OutputShape!;
        if (input.Rank != 2 || output.Rank != 2)
            throw new TfLbfgsException($"{path}: expected a model that maps rows of numbers to rows of numbers, (None, n) to (None, m), "
                + $"received {input} to {output}.");
        if (input[1] >= 0 && input[1] != columns.Count)
        {
            throw new TfLbfgsException(
                $"{path}: expected {input[1]} input columns, as the model takes {input}, received {columns.Count}: "
                + $"{TerminalText.Quote(columns)}. All columns that are not targets are inputs.");
        }

        return new ModelShape(columns.Count, output[1]);
    }
}
