using TfLbfgs.Distribution.Loading;

namespace TfLbfgs.Distribution;

/// <summary>
/// Arrays of NumPy, one file or one set of files for each tensor of the data. A name with <c>{shard}</c> is that of the part's own file,
/// with <c>{shard:000}</c> of this many digits; one with <c>*</c> stands for files in the order
/// of their names, of which each part has its share; from another file each part has its share of the rows.
/// </summary>
/// <param name="files">A name for each tensor, in their order. Names that are not rooted count from the folder in which the worker was
/// started.</param>
public sealed class ShardedNpy(params IReadOnlyList<string> files)
    : ShardedData(LoadingFunctions.Npy, LoadingFunctions.NpyArguments(files));
