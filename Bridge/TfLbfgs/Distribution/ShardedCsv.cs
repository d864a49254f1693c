using TfLbfgs.Distribution.Loading;

namespace TfLbfgs.Distribution;

/// <summary>
/// CSV files with a header row: two tensors, the inputs [rows, columns that are no targets] and the targets [rows, targets], float64 or
/// float32. <c>{shard}</c> and <c>*</c> in the name as in <see cref="ShardedNpy"/>.
/// </summary>
/// <param name="files">The file or files. A name that is not rooted counts from the folder in which the worker was started.</param>
/// <param name="targets">The columns that are targets, at least one.</param>
/// <param name="isFloat32">Whether the numbers are rounded to float32; default: float64.</param>
public sealed class ShardedCsv(string files, IReadOnlyList<string> targets, bool isFloat32 = false)
    : ShardedData(LoadingFunctions.Csv, LoadingFunctions.CsvArguments(files, targets, isFloat32));
